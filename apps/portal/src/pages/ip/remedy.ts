import type { Answer } from '../../api/api.ts'

export type DataSet = Answer<'get', '/ip-sources'>['dataSets'][number]

const reasons: Readonly<Record<DataSet['state'], string>> = {
  current: '',
  stale: 'Too old to say no:',
  absent: 'Not installed:',
  broken: 'Cannot be read:',
}

/** What brings a data set up to date: why, the command for whoever runs the server, and a word about it. `undefined`: nothing is to be done. */
export function remedyOf({ state, remedy }: DataSet): { why: string; command: string | undefined; note: string | undefined } | undefined {
  if (state === 'current') return undefined
  const [, command = remedy, note] = /^(.*?)\s*(\([^()]*\))$/.exec(remedy ?? '') ?? []
  return { why: reasons[state], command, note }
}
