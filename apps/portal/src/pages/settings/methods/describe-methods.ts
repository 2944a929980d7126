import { methodWords } from '../../../parts/method-words.ts'
import type { Method } from './use-methods.ts'

const join = new Intl.ListFormat('en', { type: 'conjunction' })

/** How challenges are passed now, and what is wrong with it. */
export function describeMethods(methods: readonly Method[]): string {
  const of = (state: Method['state']) => methods.filter((method) => method.state === state)
  const names = (list: readonly Method[]) => join.format(list.map(({ verificationMethod }) => methodWords(verificationMethod)))
  const ready = of('READY').filter(({ rank }) => rank > 0)
  const broken = of('INCOMPLETE')
  const first = ready.length === 0 ? 'No method is ready: nobody can pass a challenge.' : `Challenges can be passed by ${names(ready)}.`
  const second = broken.length === 0 ? '' : ` ${names(broken)} ${broken.length === 1 ? 'is' : 'are'} on, but cannot be used yet.`
  const hasStrong = ready.some(({ rank }) => rank === 3)
  return `${first}${ready.length > 0 && !hasStrong ? ' None of them resists phishing.' : ''}${capital(second)}`
}

function capital(text: string): string {
  return text.replace(/^( ?)(.)/, (_, blank: string, letter: string) => `${blank}${letter.toUpperCase()}`)
}
