/** Who the mirror is in commits that it writes. A constant: the same commit has to get the same id on every machine. */
export const mirrorIdentity = { name: 'hubmirror', email: 'hubmirror@users.noreply.invalid' } as const
