/**
 * What the types in a plugin's context stand for; a framework adapter or a host application merges into it:
 * `declare module '@catalyst-plugins/core' { interface HostTypes { request: FastifyRequest; db: PrismaClient } }`.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- declaration merging needs an interface
export interface HostTypes {}

/** The member of `HostTypes`, or the default where nobody has said. */
export type HostType<Name extends string, Default> = HostTypes extends Record<Name, infer Type> ? Type : Default;
