/** Something that a track can be required to have. */
export interface RequiredInput {
  /** As the policy names it. A data point that is called like one of the three plain inputs is `custom.ip`. */
  id: string
  words: string
  /** Other spellings of it. */
  also: readonly string[]
}

const plain: readonly RequiredInput[] = [
  { id: 'ip', words: 'the address', also: [] },
  { id: 'device', words: 'the device id', also: [] },
  { id: 'userAgent', words: 'the user agent', also: [] },
]

/** Everything that can be required: the three inputs, the data points of actions, and what is required already. */
export function inputsOf(dataPoints: readonly string[], requires: readonly string[]): RequiredInput[] {
  const declared = dataPoints.map((name): RequiredInput => {
    const isPlain = plain.some(({ id }) => id === name)
    return { id: isPlain ? `custom.${name}` : name, words: name, also: isPlain ? [] : [`custom.${name}`] }
  })
  const known = [...plain, ...declared]
  const others = requires.filter((one) => !known.some((input) => isRequired([one], input)))
  return [...known, ...others.map((id) => ({ id, words: id, also: [] }))]
}

export function isRequired(requires: readonly string[], { id, also }: RequiredInput): boolean {
  return requires.some((one) => one === id || also.includes(one))
}

export function withInput(requires: readonly string[], input: RequiredInput, isWanted: boolean): string[] {
  const others = requires.filter((one) => !isRequired([one], input))
  return isWanted ? [...others, input.id] : others
}

export function describeInputs(
  requires: readonly string[],
  whenMissing: 'REFUSE' | 'FAIL_CLOSED',
  inputs: readonly RequiredInput[],
): string {
  const words = inputs.filter((input) => isRequired(requires, input)).map((input) => input.words)
  if (words.length === 0)
    return 'A track needs nothing but the user and the action. A rule about something that was not sent does not match.'
  const all = new Intl.ListFormat('en', { type: 'conjunction' }).format(words)
  return whenMissing === 'FAIL_CLOSED'
    ? `A track without ${all} gets the strictest outcome that the policy has.`
    : `A track without ${all} is refused.`
}
