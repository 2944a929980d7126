import type { Answer } from '../../../api/api.ts'

export type AppClient = Answer<'get', '/app-clients'>[number]

/** A client as it is typed. Times are in minutes. */
export interface ClientDraft {
  name: string
  accessTokenDurationInMinutes: string
  refreshTokenDurationInMinutes: string
  sessionDurationInMinutes: string
  /** One on each line: `plan = billing_plan`, the claim and the custom data of the user that it takes. */
  claims: string
}

/** What a new client begins with: the second level of NIST SP 800-63B. */
export const newClient: ClientDraft = {
  name: '',
  accessTokenDurationInMinutes: '10',
  refreshTokenDurationInMinutes: '60',
  sessionDurationInMinutes: '1440',
  claims: '',
}

export function draftOfClient(client: AppClient): ClientDraft {
  return {
    name: client.name,
    accessTokenDurationInMinutes: String(client.accessTokenDurationInMinutes),
    refreshTokenDurationInMinutes: String(client.refreshTokenDurationInMinutes),
    sessionDurationInMinutes: String(client.sessionDurationInMinutes),
    claims: (client.customClaims ?? []).map(({ name, attribute }) => (name === attribute ? name : `${name} = ${attribute}`)).join('\n'),
  }
}

export function bodyOf(draft: ClientDraft) {
  return {
    name: draft.name.trim(),
    accessTokenDurationInMinutes: Number(draft.accessTokenDurationInMinutes),
    refreshTokenDurationInMinutes: Number(draft.refreshTokenDurationInMinutes),
    sessionDurationInMinutes: Number(draft.sessionDurationInMinutes),
    customClaims: claimsOf(draft.claims),
  }
}

/** A line without a second name takes the data of the same name. `null`: there is none. */
function claimsOf(text: string): { name: string; attribute: string }[] | null {
  const claims = text
    .split('\n')
    .map((line) => line.split('=').map((part) => part.trim()))
    .filter(([name = '']) => name !== '')
    .map(([name = '', attribute = name]) => ({ name, attribute }))
  return claims.length === 0 ? null : claims
}

const day = 1440

/** What is wrong with a draft, as a sentence. `undefined`: nothing. */
export function clientProblem(draft: ClientDraft): string | undefined {
  const { accessTokenDurationInMinutes: access, refreshTokenDurationInMinutes: rest, sessionDurationInMinutes: whole } = bodyOf(draft)
  if (![access, rest, whole].every((minutes) => Number.isInteger(minutes) && minutes >= 1))
    return 'Each time is a whole number of minutes, at least 1.'
  if (access > day) return 'An access token is good for a day at most, 1,440 minutes.'
  if (whole > 400 * day || rest > 400 * day) return 'A session lasts 400 days at most, 576,000 minutes.'
  if (access > rest || rest > whole) return 'Each time is at most as long as the next one.'
  return undefined
}

/** `10 minutes`, `1 hour`, `90 minutes`, `30 days`. */
export function minutesWords(minutes: number): string {
  if (minutes % day === 0) return many(minutes / day, 'day')
  if (minutes % 60 === 0) return many(minutes / 60, 'hour')
  return many(minutes, 'minute')
}

function many(count: number, one: string): string {
  return `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`
}
