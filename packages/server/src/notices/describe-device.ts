import { readUserAgent } from '../tracked/read-user-agent.ts'

/** The browser and the system of a user agent, for people; `undefined` when neither is known. */
export function describeDevice(userAgent: string | undefined): string | undefined {
  if (userAgent === undefined) return undefined
  const { browserName, osName } = readUserAgent(userAgent)
  const known = [browserName, osName].filter((name) => typeof name === 'string')
  return known.length === 0 ? undefined : known.join(', ')
}
