import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import type { RuleProblem } from '../../rule-tree/find-problems.ts'

const fields: Record<RuleProblem['field'], string> = {
  conditions: 'Conditions',
  name: 'Name',
  rolloutPercent: 'Roll-out',
  expiresAt: 'Expiry',
  maxAgeSeconds: 'Challenge',
}

/** Everything that is wrong, all at once, each with its field and its remedy. */
export function ProblemList({
  problems,
  onShow,
  onFix,
  isReadOnly,
}: {
  problems: readonly RuleProblem[]
  onShow: (problem: RuleProblem) => void
  onFix: (problem: RuleProblem) => void
  isReadOnly: boolean
}) {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  if (problems.length === 0)
    return (
      <p className="flex items-center gap-1.5 text-sm text-allow">
        <Icon name="check" />
        The rule can be saved as it is.
      </p>
    )
  const summary =
    errors === 0
      ? `The rule can be saved. ${count(problems.length, 'thing')} to read first.`
      : `${count(errors, 'problem')} to solve before it can be saved.`
  return (
    <section aria-label="Problems">
      <p className={`text-sm font-medium ${errors > 0 ? 'text-block' : 'text-challenge'}`}>{summary}</p>
      <ul className="mt-1">
        {problems.map((problem, place) => (
          <li key={place} className="flex items-start gap-1.5 py-1 text-sm">
            <Icon
              name={problem.severity === 'error' ? 'warning' : 'info'}
              className={`mt-0.5 ${problem.severity === 'error' ? 'text-block' : 'text-challenge'}`}
            />
            <span className="min-w-0 flex-1">
              <button type="button" onClick={() => onShow(problem)} className="font-medium underline decoration-dotted underline-offset-2">
                {fields[problem.field]}
              </button>
              : <Sentence>{problem.message}</Sentence>
            </span>
            {problem.meant !== undefined && !isReadOnly && (
              <Button className="h-6 px-2 text-xs" onClick={() => onFix(problem)}>
                Correct it
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
