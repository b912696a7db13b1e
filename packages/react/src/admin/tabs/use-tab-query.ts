'use client';

import { useCallback } from 'react';
import { readAddress } from '../admin-routing.ts';
import { useAdminNavigation } from '../admin-navigation.ts';

/** What stands behind the `?` of the panel's address, and a way to change one part of it; an empty text takes it away. */
export function useTabQuery(): readonly [URLSearchParams, (key: string, value: string) => void] {
  const { address, navigate } = useAdminNavigation();
  const change = useCallback(
    (key: string, value: string) => {
      const { query } = readAddress(address);
      if (value === '') query.delete(key);
      else query.set(key, value);
      const [path = ''] = address.split('?');
      const text = query.toString();
      navigate(text === '' ? path : `${path}?${text}`, { replace: true });
    },
    [address, navigate],
  );
  return [readAddress(address).query, change];
}
