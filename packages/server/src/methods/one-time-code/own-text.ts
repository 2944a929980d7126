import { ApiError } from '../../errors/api-error.ts'

/** The tenant's own text of a message, with the code in it. `undefined`: it has none. */
export function ownText(
  { messageTemplate }: Readonly<Record<string, unknown>>,
  { code, tenantName }: { code: string; tenantName: string },
): string | undefined {
  if (typeof messageTemplate !== 'string') return undefined
  return messageTemplate.replace(/\{\{(code|app)\}\}/g, (_, name: string) => (name === 'code' ? code : tenantName))
}

/** Refuses a text without the code, and one with names that nothing fills in. */
export function refuseBadTemplate(text: string): void {
  if (!text.includes('{{code}}')) throw new ApiError('invalid_request', '`messageTemplate` must contain `{{code}}`')
  const unknown = [...text.matchAll(/\{\{([^}]*)\}\}/g)].map(([, name]) => name).find((name) => name !== 'code' && name !== 'app')
  if (unknown !== undefined) throw new ApiError('invalid_request', '`messageTemplate` can contain `{{code}}` and `{{app}}` only')
}
