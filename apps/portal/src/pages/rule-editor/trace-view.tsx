import type { TraceNode, TraceResult } from '@sallyport/engine/explain'
import { nounOf } from '@sallyport/engine/explain'
import type { JsonValue } from '@sallyport/engine/facts'
import { operationOf } from '@sallyport/engine/language'
import { Icon } from '../../parts/icon.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import type { World } from './read-world.ts'
import { sayPart } from './say-rule.ts'

const missingWords: Record<string, string> = {
  not_provided: 'was not sent',
  not_applicable: 'is not known yet',
  unavailable: 'could not be found out',
}

/** Conditions leaf by leaf: what was asked, what was seen, and whether it held. */
export function TraceView({ node, logic, world }: { node: TraceNode; logic: JsonValue; world: World }) {
  if (node.kind === 'leaf') {
    return (
      <li className="flex items-start gap-1.5 py-0.5">
        <Mark result={node.result} />
        <span className="min-w-0">
          <Sentence>{capital(sayPart(logic, world))}</Sentence>
          {node.reads.map(({ signal, value, missing }) => (
            <span key={signal} className="block text-xs text-soft">
              <Sentence>{`\`${signal}\` ${value === undefined ? (missingWords[missing ?? ''] ?? 'was not known') : `was \`${shown(signal, value, world)}\``}`}</Sentence>
            </span>
          ))}
        </span>
      </li>
    )
  }
  const words = { and: 'All of', or: 'Any of', '!': 'Not', '!!': 'It is so that', if: 'If, then, else' }[node.operator]
  const args = operationOf(logic)?.args ?? []
  return (
    <li className="py-0.5">
      <span className="flex items-center gap-1.5">
        <Mark result={node.result} />
        {words}
      </span>
      <ul className="ml-1.5 border-l pl-3">
        {node.children.map((child, place) => (
          <TraceView key={place} node={child} logic={args[place] ?? null} world={world} />
        ))}
      </ul>
    </li>
  )
}

/** Held, did not hold, or cannot be told: a word, a shape and a colour. */
export function Mark({ result }: { result: TraceResult }) {
  const { words, look, icon } = result === true ? marks.yes : result === false ? marks.no : marks.doubt
  return (
    <span title={words} className={`mt-0.5 inline-flex size-4 shrink-0 items-center justify-center ${look}`}>
      {icon === undefined ? <span aria-hidden="true">?</span> : <Icon name={icon} />}
      <span className="sr-only">{words}: </span>
    </span>
  )
}

const marks = {
  yes: { words: 'holds', look: 'text-allow', icon: 'check' },
  no: { words: 'does not hold', look: 'text-soft', icon: 'close' },
  doubt: { words: 'cannot be told, a value is not known', look: 'hatched rounded-sm text-xs text-unknown', icon: undefined },
} as const

function shown(signal: string, value: JsonValue, { words }: World): string {
  return typeof value === 'boolean'
    ? value
      ? 'yes'
      : 'no'
    : nounOf(signal, words)
        .show(value)
        .replace(/^“(.*)”$/, '$1')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
