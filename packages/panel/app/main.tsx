import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@catalyst-plugins/react/styles.css';
import './page.css';
import { PanelApp } from './panel-app.tsx';
import { readPlace } from './place.ts';

const element = document.querySelector('#panel');
if (!element) throw new Error('The page has no place for the panel.');
createRoot(element).render(
  <StrictMode>
    <PanelApp place={readPlace(document)} />
  </StrictMode>,
);
