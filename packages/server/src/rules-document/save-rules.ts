import type { PolicyDefinition } from '@sallyport/engine'
import type { Actor } from '../audit/actor.ts'
import { type ChangeConfigurationDeps, changeConfiguration } from '../configuration/change-configuration.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { NeedsApproval } from '../rules/needs-approval.ts'
import { refuseBroken, runTestsOfActions } from '../rules/refuse-broken-tests.ts'
import { throwTogether } from '../rules/refuse-together.ts'
import type { PolicyTestResult } from '../rules/run-policy-test.ts'
import { warnListAge } from '../rules/warn-list-age.ts'
import { type WarnUndeterminedDeps, warnUndetermined } from '../rules/warn-undetermined.ts'
import type { Db } from '../storage/store.ts'
import { StalePlanError } from '../value-lists/write-value-list.ts'
import type { SharedChange } from './diff-shared.ts'
import { createEntryChecks, type EntryChecks, UncheckedError } from './entry-checks.ts'
import { aliasOfList, type PlanListsDeps, type PlannedList, planLists } from './plan-lists.ts'
import { refuseTwice } from './refuse-twice.ts'
import type { RulesDocument } from './rules-document.ts'
import { type SavedPolicy, type WriteActionDeps, writeAction } from './write-action.ts'
import { writeShared } from './write-shared.ts'

export interface SavedRules {
  /** Changes of data points, lists and features. */
  changes: SharedChange[]
  /** The actions of the document, in its order. */
  actions: SavedPolicy[]
  /** Tests of any action that fail because of the change. With `ignoreFailingTests` the change is saved nevertheless. */
  broken: { actionCode: string; test: PolicyTestResult }[]
}

export interface SaveOptions {
  actor: Actor
  /** What the change is, for the history: `rules.replaced`, `policy.replaced`. */
  event: string
  /** Reports what would change, and changes nothing. */
  dryRun?: boolean | undefined
  ignoreFailingTests?: boolean | undefined
  /** Of a second person, for actions that require it. Without it, a change of such an action is no more than proposed. */
  approval?: Approval | undefined
}

export interface Approval {
  /** Who proposed the change. The versions that it makes have this author. */
  author: Actor
  /** Goes on record with the change. */
  details: Record<string, unknown>
  /** Uses the approval up, or throws to refuse. The first step of the transaction. */
  claim(db: Db, at: number): Promise<void>
}

/** Carries the result out of a transaction that is undone: a dry run, or nothing to change. */
class NotSaved extends Error {
  readonly written: WrittenRules

  constructor(written: WrittenRules) {
    super('nothing was saved')
    this.written = written
  }
}

export type SaveRulesDeps = ChangeConfigurationDeps & WriteActionDeps & WarnUndeterminedDeps & PlanListsDeps

/**
 * Saves a document of rules in one transaction: all of it or, when one part is refused, nothing. Whatever the document leaves out stays as it is, and
 * the same document a second time changes nothing. A dry run does the same and undoes it. Throws `NeedsApproval` where an action requires it.
 */
export async function saveRules(deps: SaveRulesDeps, tenant: Tenant, document: RulesDocument, options: SaveOptions): Promise<SavedRules> {
  refuseTwice(
    'actions',
    document.actions?.map(({ actionCode }) => actionCode),
  )
  refuseTwice('lists', document.lists?.map(aliasOfList))
  const { result, tenantAfter, definitions } = await planAndWrite(deps, tenant, document, options)
  // One after the other: each takes a thread for a moment.
  for (const saved of result.actions) {
    const definition = definitions.get(saved.actionCode)
    if (definition === undefined || saved.changes.length === 0) continue
    saved.warnings.push(...(await warnUndetermined(deps, tenantAfter, definition)), ...warnListAge(deps, definition.rules))
  }
  return result
}

/** Others may change the same lists at the same time: then the change is worked out again, but not for ever. */
const maxAttempts = 5

/** Works out the lists and writes; from the start when one of them has changed in between. */
async function planAndWrite(deps: SaveRulesDeps, tenant: Tenant, document: RulesDocument, options: SaveOptions): Promise<WrittenRules> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const lists = await planLists(deps, tenant.tenantId, document, options.dryRun === true)
    try {
      return await checkAndWrite((checks) => writeRules(deps, tenant, document, options, { lists, checks }))
    } catch (error) {
      if (!(error instanceof StalePlanError)) throw error
    }
  }
  throw new ApiError('version_conflict', 'the lists of the document are being changed by others, try again')
}

/** Writes; once more when the transaction finds entries that are to be checked against the rules it found. */
async function checkAndWrite<T>(write: (checks: EntryChecks) => Promise<T>): Promise<T> {
  const checks = createEntryChecks()
  for (;;) {
    try {
      return await write(checks)
    } catch (error) {
      if (!(error instanceof UncheckedError)) throw error
      await checks.check(error)
    }
  }
}

/** What was prepared for the transaction. */
interface Prepared {
  lists: readonly PlannedList[]
  checks: EntryChecks
}

interface WrittenRules {
  result: SavedRules
  /** The tenant with what the document brings. */
  tenantAfter: Tenant
  /** The policies of the document, by action. */
  definitions: Map<string, PolicyDefinition>
}

async function writeRules(
  deps: SaveRulesDeps,
  tenant: Tenant,
  document: RulesDocument,
  { actor, event, dryRun, ignoreFailingTests, approval }: SaveOptions,
  { lists, checks }: Prepared,
): Promise<WrittenRules> {
  const { tenantId } = tenant
  const details = { actions: document.actions?.map(({ actionCode }) => actionCode) }
  try {
    return await changeConfiguration(deps, { tenantId, actor, event, details }, async (db, at, describe) => {
      await approval?.claim(db, at)
      const note = { at, actor: approval?.author ?? actor, message: document.message }
      const shared = await writeShared({ db, newId: deps.newId, note }, tenant, document, lists)
      const tenants = { before: tenant, after: shared.tenant }
      const result: SavedRules = { changes: shared.changes, actions: [], broken: [] }
      const definitions = new Map<string, PolicyDefinition>()
      const rules = { result, tenantAfter: shared.tenant, definitions }
      const described: object[] = []
      const noteBroken = (actionCode: string, broken: readonly PolicyTestResult[]) =>
        void result.broken.push(...broken.map((test) => ({ actionCode, test })))
      const refusals: ApiError[] = []
      for (const action of document.actions ?? []) {
        const written = await named(action.actionCode, details.actions, () =>
          writeAction(deps, { db, note: { ...note, message: note.message ?? event }, isDry: dryRun === true }, tenants, action),
        ).catch((error: unknown) => {
          if (!(error instanceof ApiError) || error.code !== 'invalid_request') throw error
          return error
        })
        if (written instanceof ApiError) {
          refusals.push(written)
          continue
        }
        result.actions.push(written.saved)
        described.push(written.described)
        definitions.set(action.actionCode, written.definition)
        noteBroken(action.actionCode, written.broken)
      }
      throwTogether(refusals)
      const guarded = result.actions.filter(({ needsApproval }) => needsApproval).map(({ actionCode }) => actionCode)
      if (guarded.length > 0 && dryRun !== true && approval === undefined) throw new NeedsApproval(guarded, undefined)
      await checks.requireAll(db, shared)
      if (shared.changes.length > 0) {
        for await (const { actionCode, broken } of runTestsOfActions(deps, db, tenants, details.actions)) noteBroken(actionCode, broken)
      }
      if (dryRun === true) throw new NotSaved(rules)
      if (ignoreFailingTests !== true) refuseAllBroken(result.broken, details.actions)
      if (approval === undefined && result.changes.length === 0 && result.actions.every(({ changes }) => changes.length === 0))
        throw new NotSaved(rules)
      describe({ ...approval?.details, actions: described, shared: result.changes.map(({ kind, name }) => ({ kind, name })) })
      return rules
    })
  } catch (error) {
    if (error instanceof NotSaved) return error.written
    throw error
  }
}

/** Refuses a document that breaks tests. */
export function refuseAllBroken(broken: SavedRules['broken'], actions: readonly string[] | undefined): void {
  const [first] = broken
  if (first === undefined) return
  const isAlone = actions?.length === 1 && actions[0] === first.actionCode
  const ofAction = broken.filter(({ actionCode }) => actionCode === first.actionCode).map(({ test }) => test)
  refuseBroken(ofAction, isAlone ? undefined : first.actionCode)
}

/** Names the action in a refusal, where the document has several. */
async function named<T>(actionCode: string, all: readonly string[] | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ApiError) || all === undefined || all.length === 1) throw error
    throw new ApiError(error.code, `action \`${actionCode}\`: ${error.description}`, { cause: error })
  }
}
