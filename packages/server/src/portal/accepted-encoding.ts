/** An encoding in which the build has packed its files. */
export interface PackedAs {
  name: 'br' | 'gzip'
  suffix: 'br' | 'gz'
}

/** The better of the two encodings that a request takes; `undefined`: it takes neither. */
export function acceptedEncoding(header: string | string[] | undefined): PackedAs | undefined {
  const accepted = String(header ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.split(';').map((piece) => piece.trim()))
    .filter(([, quality]) => quality === undefined || !/^q=0(\.0+)?$/.test(quality))
    .map(([name]) => name)
  if (accepted.includes('br')) return { name: 'br', suffix: 'br' }
  if (accepted.includes('gzip')) return { name: 'gzip', suffix: 'gz' }
  return undefined
}
