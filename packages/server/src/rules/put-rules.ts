import { ApiError } from '../http/api-error.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { type ApplyPolicyDeps, applyPolicy, type SavedPolicy } from './apply-policy.ts'
import { applyShared, refuseTwice } from './apply-shared.ts'
import { type ChangeConfigurationDeps, changeConfiguration } from './change-configuration.ts'
import type { SharedChange } from './diff-shared.ts'
import { refuseBroken, runTestsOfActions } from './refuse-broken-tests.ts'
import type { RulesDocument } from './rules-document.ts'
import type { PolicyTestResult } from './run-policy-test.ts'

export interface SavedRules {
  /** What changed of data points, lists and features. */
  changes: SharedChange[]
  /** The actions of the document, in its order. */
  actions: SavedPolicy[]
  /** Tests that fail because of the change, of any action. With `ignoreFailingTests` it is saved all the same. */
  broken: { actionCode: string; test: PolicyTestResult }[]
}

export interface SaveOptions {
  /** Says what would change, and changes nothing. */
  dryRun?: boolean | undefined
  ignoreFailingTests?: boolean | undefined
}

/** What was found out in a transaction that is not to be kept: a dry run, or nothing to change. */
class NotSaved extends Error {
  readonly result: SavedRules

  constructor(result: SavedRules) {
    super('nothing was saved')
    this.result = result
  }
}

/**
 * Brings a tenant to what a document says, in one transaction: all of it or, when one part is refused, nothing. What is not in the document stays as it
 * is, and the same document once more changes nothing. A dry run does the same and undoes it.
 */
export async function putRules(
  deps: ChangeConfigurationDeps & ApplyPolicyDeps,
  tenant: Tenant,
  document: RulesDocument,
  { event, dryRun, ignoreFailingTests }: SaveOptions & { event: string },
): Promise<SavedRules> {
  const { tenantId } = tenant
  const { message } = document
  const details = { actions: document.actions?.map(({ actionCode }) => actionCode) }
  refuseTwice('actions', details.actions)
  try {
    return await changeConfiguration(deps, { tenantId, event, details }, async (db, at) => {
      const shared = await applyShared({ db, at, newId: deps.newId, message }, tenant, document)
      const tenants = { before: tenant, after: shared.tenant }
      const result: SavedRules = { changes: shared.changes, actions: [], broken: [] }
      const note = (actionCode: string, broken: readonly PolicyTestResult[]) =>
        void result.broken.push(...broken.map((test) => ({ actionCode, test })))
      for (const action of document.actions ?? []) {
        const { saved, broken } = await named(action.actionCode, details.actions, () =>
          applyPolicy(deps, { db, at, message: message ?? event, isDry: dryRun === true }, tenants, action),
        )
        result.actions.push(saved)
        note(action.actionCode, broken)
      }
      if (shared.changes.length > 0) {
        for await (const { actionCode, broken } of runTestsOfActions(deps, db, tenants, details.actions)) note(actionCode, broken)
      }
      if (dryRun === true) throw new NotSaved(result)
      if (ignoreFailingTests !== true) refuseAllBroken(result.broken, details.actions)
      if (result.changes.length === 0 && result.actions.every(({ changes }) => changes.length === 0)) throw new NotSaved(result)
      return result
    })
  } catch (error) {
    if (error instanceof NotSaved) return error.result
    throw error
  }
}

function refuseAllBroken(broken: SavedRules['broken'], actions: readonly string[] | undefined): void {
  const [first] = broken
  if (first === undefined) return
  const isAlone = actions?.length === 1 && actions[0] === first.actionCode
  const ofAction = broken.filter(({ actionCode }) => actionCode === first.actionCode).map(({ test }) => test)
  refuseBroken(ofAction, isAlone ? undefined : first.actionCode)
}

/** A refusal of one of several actions says which. */
async function named<T>(actionCode: string, all: readonly string[] | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ApiError) || all === undefined || all.length === 1) throw error
    throw new ApiError(error.code, `action \`${actionCode}\`: ${error.description}`, { cause: error })
  }
}
