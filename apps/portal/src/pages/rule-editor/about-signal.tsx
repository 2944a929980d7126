import { Icon } from '../../parts/icon.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { shareWords, unknownWords } from '../../rule-tree/recent-values.ts'
import type { SignalChoice } from '../../rule-tree/signal-choices.ts'
import { useBuilder } from './builder-context.ts'

const typeWords: Record<SignalChoice['type'], string> = { boolean: 'yes or no', number: 'number', text: 'text', texts: 'several texts' }

/** What a signal is, and what it had lately. */
export function AboutSignal({ signal }: { signal: SignalChoice }) {
  const { recent } = useBuilder()
  const had = recent?.bySignal.get(signal.name)
  const example = signal.example === undefined ? '' : `, such as ${[signal.example].flat().join(', ')}`
  return (
    <div className="space-y-1">
      <p>
        <UserText>{`${signal.meaning.charAt(0).toUpperCase()}${signal.meaning.slice(1)}.`}</UserText>
      </p>
      <p className="text-soft">
        {typeWords[signal.type]}
        {signal.unit ? ` of ${signal.unit}` : ''}
        {example}
      </p>
      {had !== undefined && had.known > 0 && (
        <p className="flex items-start gap-1">
          <Icon name="overview" className="mt-0.5 size-3 text-soft" />
          <span>
            {had.numbers !== undefined && had.distinct > 5
              ? `Lately ${format(had.numbers.min)} to ${format(had.numbers.max)}, half of them up to ${format(had.numbers.quantiles.find(({ share }) => share === 0.5)?.value ?? 0)}.`
              : had.values.slice(0, 3).map(({ value, count }, place, shown) => (
                  <span key={String(value)}>
                    {place > 0 && ', '}
                    <UserText>{value === true ? 'yes' : value === false ? 'no' : String(value)}</UserText> {shareWords(count, had.known)}
                    {place === shown.length - 1 && '.'}
                  </span>
                ))}{' '}
            {unknownWords(had)}
          </span>
        </p>
      )}
      {had !== undefined && had.known === 0 && <p className="text-soft">It had no value in your latest events.</p>}
    </div>
  )
}

function format(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 4 })
}
