/** What is written into the URL of a call. */
export interface Given {
  path?: object | undefined
  query?: object | undefined
}

const prefix = '/v1/management'

/** The URL of a call: `{userId}` becomes its value, and what is undefined or empty stays out of the query. */
export function urlOf(path: string, { path: values, query }: Given): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = (values as Record<string, unknown> | undefined)?.[name]
    if (value === undefined || value === '') throw new Error(`${path} needs \`${name}\``)
    return encodeURIComponent(String(value))
  })
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined && one !== '') params.append(name, String(one))
  }
  const text = params.toString()
  return `${prefix}${filled}${text === '' ? '' : `?${text}`}`
}
