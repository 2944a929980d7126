import { fields, stateWords, type Vocabulary } from './search-words.ts'

/** A way to go on: the whole text of the box with it, and what it means. */
export interface Suggestion {
  text: string
  says: string
}

const examples: readonly Suggestion[] = [
  { text: 'state:challenge', says: 'everything that was challenged' },
  { text: 'user:', says: 'one user, by your own id' },
  { text: 'action:', says: 'one action' },
  { text: 'rule:', says: 'a rule that matched, by its name' },
  { text: 'custom.amount>2000', says: 'a value that your application sent, compared' },
  { text: 'last 3 h', says: 'a time: also today, yesterday, since 2027-01-31' },
  { text: '10.0.0.0/8', says: 'an address or a range of them' },
  { text: 'device:', says: 'one device, by its id' },
  { text: 'label:fraud', says: 'known as fraud; also good, none' },
  { text: 'disputed', says: 'somebody said that it was not them' },
]
const meanings: Readonly<Record<string, string>> = {
  user: 'one user, by your own id',
  ip: 'an address or a range',
  country: 'where the address is: a code, a name, or none',
  device: 'one device, by its id',
  rule: 'a rule that matched, by its name',
  state: 'what became of it',
  action: 'one action',
  outcome: 'what was decided at first, whatever became of it',
  label: 'how it turned out',
  disputed: 'somebody said that it was not them',
  order: 'newest or oldest first',
}
const times = ['last hour', 'last 3 h', 'last 24 h', 'last 7 days', 'last 30 days', 'today', 'yesterday']
const most = 9

/** What could be meant by the last word, the nearest first. An empty box gets examples of everything. */
export function suggestSearch(text: string, { actions, rules }: Vocabulary): Suggestion[] {
  const [last = ''] = /\S*$/.exec(openQuote(text) ?? text) ?? []
  const word = openQuote(text) ?? last
  const before = text.slice(0, text.length - word.length)
  const whole = (part: string, says: string): Suggestion => ({ text: `${before}${part}`, says })
  if (word === '') return before === '' ? [...examples] : examples.slice(0, 5).map(({ text: part, says }) => whole(part, says))
  const [, name, typed = ''] = /^([a-z]+):(.*)$/i.exec(word) ?? []
  const lower = typed.replaceAll('"', '').toLowerCase()
  const fits = (value: string) => value.toLowerCase().includes(lower) && value.toLowerCase() !== lower
  switch (name === undefined ? undefined : fields[name.toLowerCase()]) {
    case 'state':
      return Object.entries(stateWords)
        .filter(([value]) => value.startsWith(lower) && value !== lower)
        .map(([value, states]) => whole(`state:${value}`, states.map((state) => state.toLowerCase().replaceAll('_', ' ')).join(', ')))
        .slice(0, most)
    case 'action':
      return actions
        .filter(fits)
        .map((code) => whole(`action:${code}`, 'an action'))
        .slice(0, most)
    case 'ruleId':
      return rules
        .filter((rule) => fits(rule.name))
        .map((rule) =>
          whole(isOnly(rule.name, rules) ? `rule:${quoted(rule.name)}` : `rule:${rule.ruleId}`, `${rule.name}, of ${rule.actionCode}`),
        )
        .slice(0, most)
    case 'label':
      return ['good', 'fraud', 'none']
        .filter(fits)
        .map((value) => whole(`label:${value}`, value === 'none' ? 'not labelled' : `known as ${value}`))
    case 'isDisputed':
      return ['yes', 'no'].filter(fits).map((value) => whole(`disputed:${value}`, value === 'yes' ? 'disputed' : 'not disputed'))
    case 'order':
      return ['oldest', 'newest'].filter(fits).map((value) => whole(`order:${value}`, `the ${value} first`))
  }
  if (name !== undefined) return []
  const typedWord = word.toLowerCase()
  const begins = (value: string) => value.toLowerCase().startsWith(typedWord)
  return [
    ...Object.entries(meanings)
      .filter(([field]) => begins(field))
      .map(([field, says]) => whole(`${field}:`, says)),
    ...times.filter(begins).map((value) => whole(value, 'a time')),
    ...Object.keys(stateWords)
      .filter(begins)
      .map((value) => whole(`state:${value}`, 'a state')),
    ...actions.filter((code) => code.toLowerCase().includes(typedWord)).map((code) => whole(`action:${code}`, 'an action')),
    ...rules
      .filter(({ name: called }) => called.toLowerCase().includes(typedWord))
      .map((rule) => whole(isOnly(rule.name, rules) ? `rule:${quoted(rule.name)}` : `rule:${rule.ruleId}`, `a rule of ${rule.actionCode}`)),
  ].slice(0, most)
}

/** The part of the text that begins with a field whose quotes are still open. */
function openQuote(text: string): string | undefined {
  return /[a-z]+:"[^"]*$/i.exec(text)?.[0]
}

function quoted(value: string): string {
  return /^[\w.-]+$/.test(value) ? value : `"${value.replaceAll('"', '')}"`
}

function isOnly(name: string, rules: Vocabulary['rules']): boolean {
  return rules.filter((rule) => rule.name.toLowerCase() === name.toLowerCase()).length === 1
}
