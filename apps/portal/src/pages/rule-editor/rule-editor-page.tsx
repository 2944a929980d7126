import { useEffect, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { Empty } from '../../parts/empty.tsx'
import { Page } from '../../parts/page.tsx'
import { newRuleId } from '../../policy-draft/policy-draft.ts'
import { usePolicyDraft } from '../../policy-draft/use-policy-draft.ts'
import { useWorld } from './read-world.ts'
import { RuleEditor } from './rule-editor.tsx'

/** One rule of an action, in the draft. `new` is a rule that comes into being with its first change. */
export default function RuleEditorPage({ params }: { params: Record<string, string> }) {
  const { actionCode = '', ruleId = '' } = params
  const policy = usePolicyDraft(actionCode)
  const world = useWorld()
  const [, navigate] = useLocation()
  const [freshId, setFreshId] = useState(newRuleId)
  const isFresh = ruleId === 'new'
  const id = isFresh ? freshId : ruleId
  const isThere = policy.draft.rules.some((rule) => rule.ruleId === id)

  // With its first change the rule has an address of its own.
  useEffect(() => {
    if (isFresh && isThere) navigate(`/actions/${encodeURIComponent(actionCode)}/rules/${freshId}`, { replace: true })
    else if (!isFresh && ruleId === freshId) setFreshId(newRuleId())
  }, [isFresh, isThere, actionCode, freshId, ruleId, navigate])

  // A rule whose making was undone is there again with the next change.
  const [begun, setBegun] = useState<string>()
  useEffect(() => {
    if (isFresh || isThere) setBegun(id)
  }, [isFresh, isThere, id])
  if (!isFresh && !isThere && begun !== id) {
    return (
      <Page title="There is no such rule" above={<Link href={`/actions/${encodeURIComponent(actionCode)}`}>{actionCode}</Link>}>
        <Empty title="This action has no rule with this address.">
          It was removed, or its draft was discarded. The rules that there are stand on the page of the action.
        </Empty>
      </Page>
    )
  }
  return <RuleEditor key={id} actionCode={actionCode} ruleId={id} policy={policy} world={world} />
}
