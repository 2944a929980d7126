import { transferAction } from './actions.ts'
import type { Transfer } from './bank.ts'
import type { DecisionView } from './decision-view.ts'
import { mfa, sdk } from './mfa.ts'

export async function readDecision(transfer: Transfer): Promise<DecisionView> {
  const action = await mfa().getAction({ userId: transfer.userId, action: transferAction, idempotencyKey: transfer.id })
  console.log(JSON.stringify(action))
  return { state: action.state, sentence: '', rules: [], signals: [], isDisputed: false, canBeDisputed: sdk() === 'sallyport' }
}
