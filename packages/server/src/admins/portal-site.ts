import { relyingPartyProblems } from '../relying-party.ts'

/** Where the portal is: passkeys of admins belong to the host of the public URL. */
export interface PortalSite {
  /** Scheme, host and port. */
  origin: string
  rpId: string
  isSecure: boolean
  /** Why no browser offers passkeys there. `undefined`: browsers do. */
  problem: string | undefined
}

export function portalSite(publicUrl: string): PortalSite {
  const { origin, hostname, protocol } = new URL(publicUrl)
  const wording = { rpId: 'the host of the public URL,', origins: 'the public URL' }
  return {
    origin,
    rpId: hostname,
    isSecure: protocol === 'https:',
    problem: relyingPartyProblems({ rpId: hostname, origins: [origin] }, wording)[0],
  }
}
