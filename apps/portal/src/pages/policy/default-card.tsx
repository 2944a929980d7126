import { Select } from '../../parts/select.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import type { Outcome, PolicyDraft } from '../../policy-draft/policy-draft.ts'

const outcomes: { value: Outcome; label: string }[] = [
  { value: 'ALLOW', label: 'Allow' },
  { value: 'CHALLENGE', label: 'Challenge' },
  { value: 'REVIEW', label: 'Review' },
  { value: 'BLOCK', label: 'Block' },
]
const unenrolled = [
  { value: 'ENROLL', label: 'add one first' },
  { value: 'BLOCK', label: 'are blocked' },
  { value: 'ALLOW', label: 'pass (for a migration only)' },
] as const

/** What holds when no rule matches. Always last. */
export function DefaultCard({
  draft,
  isChanged,
  onChange,
}: {
  draft: PolicyDraft
  isChanged: boolean
  /** Absent: who looks may not change it. */
  onChange: ((change: Partial<PolicyDraft>) => void) | undefined
}) {
  const { defaultUserActionResult, whenUnenrolled = 'ENROLL' } = draft
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-3 py-3 pr-2 pl-4 narrow:pl-15">
      <div className="min-w-0 flex-1 basis-56 self-center">
        <div className="flex flex-wrap items-center gap-2">
          <h3 className="font-medium">When no rule matches</h3>
          <StateBadge state={defaultUserActionResult} />
          {isChanged && <span className="text-xs font-medium text-accent">● Changed, not live yet</span>}
        </div>
        {onChange === undefined && (
          <p className="mt-1 text-xs text-soft">
            When challenged, people without an authenticator {unenrolled.find(({ value }) => value === whenUnenrolled)?.label}.
          </p>
        )}
      </div>
      {onChange && (
        <div className="grid w-full gap-3 narrow:w-auto narrow:grid-cols-[10rem_15rem]">
          <Select
            label="Outcome"
            value={defaultUserActionResult}
            onValue={(value) => onChange({ defaultUserActionResult: value })}
            options={outcomes}
          />
          <Select
            label="People without an authenticator"
            value={whenUnenrolled}
            onValue={(value) => onChange({ whenUnenrolled: value })}
            options={unenrolled}
          />
        </div>
      )}
    </div>
  )
}
