import { useLocation } from 'wouter'
import { useCommands } from '../../commands/use-commands.ts'
import { Button, LinkButton } from '../../parts/button.tsx'
import { announce } from '../../parts/toast.ts'
import type { PolicyDraftState } from '../../policy-draft/use-policy-draft.ts'
import { describeChanges } from './describe-policy.ts'

/** Stands over the page while the draft differs from what is in force. */
export function DraftBar({ actionCode, state, count }: { actionCode: string; state: PolicyDraftState; count: number | undefined }) {
  const [, navigate] = useLocation()
  const { isChanged, draft, change, discard } = state
  const href = `/actions/${encodeURIComponent(actionCode)}/changes`
  useCommands(isChanged ? [{ id: 'policy.review', title: 'Review changes', keys: 'Ctrl+s', run: () => navigate(href) }] : [])
  if (!isChanged) return null
  return (
    <section
      aria-label="Changes"
      className="sticky top-12 z-20 mb-4 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md border border-accent bg-tint px-3 py-2 text-sm"
    >
      <p role="status" className="min-w-0 flex-1 font-medium">
        {count === undefined ? 'Changes are not live yet.' : describeChanges(count)}
      </p>
      <div className="flex gap-2">
        <Button
          onClick={() => {
            discard()
            announce('Your changes are discarded.', async () => change(() => draft))
          }}
        >
          Discard
        </Button>
        <LinkButton look="primary" href={href}>
          Review changes
        </LinkButton>
      </div>
    </section>
  )
}
