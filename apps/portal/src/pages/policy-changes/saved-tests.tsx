import type { components } from '../../../generated/api-types.ts'
import { Icon } from '../../parts/icon.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { UserText } from '../../parts/user-text.tsx'

type Result = components['schemas']['PolicyTestResult']

/** How the saved tests end under the change; those that fail first. */
export function SavedTests({ tests }: { tests: readonly Result[] }) {
  return (
    <ul className="max-w-[90ch] space-y-1 text-sm">
      {tests
        .toSorted((a, b) => Number(a.passed) - Number(b.passed))
        .map(({ name, passed, sentence }) => (
          <li key={name} className="flex gap-2">
            <Icon name={passed ? 'check' : 'close'} className={`mt-0.5 ${passed ? 'text-allow' : 'text-block'}`} />
            <span className="min-w-0">
              <span className="sr-only">{passed ? 'Holds: ' : 'Fails: '}</span>
              <UserText className="font-medium">{name}</UserText>
              {!passed && (
                <>
                  . <Sentence>{sentence}</Sentence>
                </>
              )}
            </span>
          </li>
        ))}
    </ul>
  )
}

export function summarizeTests(tests: readonly Result[]): string {
  const failing = tests.filter(({ passed }) => !passed).length
  if (tests.length === 0) return 'No test is saved for this action.'
  if (failing > 0) return `${failing} of ${tests.length} ${tests.length === 1 ? 'test' : 'tests'} would fail.`
  return tests.length === 1 ? 'The saved test holds.' : `All ${tests.length} saved tests hold.`
}
