/** A part of the search box. */
export interface Token {
  /** As it was typed. */
  part: string
  isNegated: boolean
  field?: string
  operator?: string
  value: string
  isQuoted: boolean
}

/** An address or a range, in either version of the protocol. The API looks more closely. */
export function isAddress(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  if (more.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return false
  const bits = Number(prefix ?? 0)
  const parts = address.split('.')
  if (parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return bits <= 32
  if (!/^[0-9a-f:]+(:\d+\.\d+\.\d+\.\d+)?$/i.test(address) || bits > 128) return false
  const groups = address.split(':')
  const isShort = address.includes('::')
  return (
    groups.length >= 3 &&
    groups.length <= (isShort ? 9 : 8) &&
    (isShort || groups.length === 8) &&
    groups.every((group) => group.length <= 4 || group.includes('.'))
  )
}

/** Splits at spaces that are not in quotes. A field is a name before `:`, `=`, `<` or `>`; an address is none, though it has colons. */
export function tokensOf(text: string): Token[] {
  const parts = text.match(/(?:[^\s"]*"[^"]*"?)+[^\s"]*|\S+/g) ?? []
  return parts.map((part): Token => {
    const isNegated = /^-[^\d-]/.test(part) || /^!./.test(part)
    const body = isNegated ? part.slice(1) : part
    if (isAddress(body)) return { part, isNegated, value: body, isQuoted: false }
    const [, field, operator, rest = ''] = /^(custom\.[\p{L}\p{N}_.-]+|[a-z][\w.]*)(:|==|>=|<=|!=|=|>|<)(.*)$/isu.exec(body) ?? []
    const value = field === undefined ? body : rest
    const isQuoted = value.startsWith('"')
    const plain = isQuoted ? value.replaceAll('"', '') : value
    return { part, isNegated, value: plain, isQuoted, ...(field !== undefined && operator !== undefined && { field, operator }) }
  })
}
