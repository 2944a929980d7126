import { families, type SignalChoice } from './signal-choices.ts'

/** Words that people use, with the words that the signals use for the same. */
const meant: readonly (readonly [string, string])[] = [
  ['far away distant abroad elsewhere flight flew trip moved holiday vacation', 'travel distance location country'],
  ['hidden hides mask masked vpn tor proxy darknet cloak', 'anonymous vpn tor proxy'],
  ['money big large high expensive sum price dollars euros pay payment transfer', 'amount value total price balance'],
  ['night late early weekend clock morning evening', 'hour day time'],
  ['robot automated script headless selenium', 'bot crawler'],
  ['phone computer laptop tablet browser machine', 'device operating browser'],
  ['often many fast burst rapid frequent repeated again quickly', 'number actions count minutes hours'],
  ['first never unfamiliar strange stranger unknown unusual suspicious', 'new unrecognised unusual never'],
  ['fraud bad risky danger dangerous abuse trustworthy', 'reputation risk score failed'],
  ['place town where geo region nation', 'country city location'],
  ['passkey mfa factor method registered', 'enrolled passkey authenticator'],
  ['mail', 'e-mail email'],
  ['provider isp operator company carrier datacenter cloud', 'network asn hosting'],
  ['stolen shared many-users mule', 'users different device address'],
  ['sanctions embargo', 'ofac'],
  ['old age recent young', 'days since first age'],
]
const fillers = new Set('a an the is are was of from in on to it its for with and or not by this that has have'.split(' '))

/** The signals that a search finds by name, words or meaning, the best first. Without a search: all, in their order. */
export function findSignals(choices: readonly SignalChoice[], search: string): SignalChoice[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && !fillers.has(word))
  if (words.length === 0) return [...choices]
  return choices
    .map((choice, place) => ({ choice, place, points: pointsOf(choice, words) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || a.place - b.place)
    .map(({ choice }) => choice)
}

/** 0: at least one of the words leads nowhere. */
function pointsOf(choice: SignalChoice, words: readonly string[]): number {
  const name = `${choice.name} ${choice.name.replace(/([a-z])([A-Z])/g, '$1 $2')}`.toLowerCase()
  const label = choice.label.toLowerCase()
  const rest = `${choice.meaning} ${families[choice.family]} ${choice.values?.join(' ') ?? ''}`.toLowerCase()
  let total = 0
  for (const word of words) {
    const stem = word.length > 3 ? word.replace(/s$/, '') : word
    const points = hasWord(label, stem)
      ? 8
      : hasWord(name, stem)
        ? 7
        : label.includes(stem) || name.includes(stem)
          ? 5
          : hasWord(rest, stem)
            ? 4
            : 0
    const alike = likeOf(stem)
    const near = alike.filter((other) => hasWord(label, other)).length * 2 + alike.filter((other) => hasWord(rest, other)).length
    if (points + near === 0) return 0
    total += points + Math.min(near, 6)
  }
  return total
}

function likeOf(word: string): string[] {
  return meant
    .filter(([said]) => said.split(' ').some((one) => one.startsWith(word) && word.length >= 3))
    .flatMap(([, words]) => words.split(' '))
}

/** Whether a word of the text begins so. */
function hasWord(text: string, start: string): boolean {
  return ` ${text.replace(/[^\p{L}\p{N}-]+/gu, ' ')}`.includes(` ${start}`)
}
