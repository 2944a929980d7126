import { useRef, useState } from 'react'
import { newRuleId, type PolicyDraft } from '../../policy-draft/policy-draft.ts'
import { beginChanged, beginNew, type Choice, changedRuleIds, type GoLive, newRuleIds, usualGoLive } from './go-live.ts'

const verbs: Record<GoLive, string> = {
  drafted: 'Go live',
  active: 'Go live',
  percent: 'Go live for some',
  shadow: 'Go live in shadow',
  off: 'Save, turned off',
}

/** How the rules of a draft go live: what was chosen, and the policy that this makes. */
export function useGoLive(base: PolicyDraft, draft: PolicyDraft) {
  const [newIds, changedIds] = [newRuleIds(base, draft), changedRuleIds(base, draft)]
  const usual = usualGoLive(draft, newIds)
  const [ofNew, setOfNew] = useState<Choice>({ how: usual, percent: 10 })
  const [ofChanged, setOfChanged] = useState<Choice>({ how: 'active', percent: 10 })
  // A copy keeps its id while the page is open: another one would be another change.
  const ids = useRef(new Map<string, string>())
  const idOf = (ruleId: string) => {
    const id = ids.current.get(ruleId) ?? newRuleId()
    ids.current.set(ruleId, id)
    return id
  }
  const chosen = [...(newIds.length > 0 ? [ofNew] : []), ...(changedIds.length > 0 ? [ofChanged] : [])]
  const said = new Set(chosen.map(({ how }) => verbs[how]))
  return {
    newIds,
    changedIds,
    ofNew,
    setOfNew,
    ofChanged,
    setOfChanged,
    isDraftedOffered: usual === 'drafted',
    /** The policy as it will be saved. */
    wanted: beginChanged({ base, draft: beginNew(draft, newIds, ofNew) }, changedIds, ofChanged, idOf),
    /** The same with every change active for everybody, whatever was chosen: for what is measured. */
    whole: ofNew.how === 'drafted' ? draft : beginNew(draft, newIds, { how: 'active', percent: 100 }),
    isWhole: chosen.every(({ how }) => how === 'active' || how === 'drafted'),
    isComplete: chosen.every(({ how, percent }) => how !== 'percent' || percent > 0),
    /** What the button says. */
    verb: said.size === 1 ? ([...said][0] ?? verbs.active) : verbs.active,
  }
}
