import { compilePolicy, decodeSignals, type Instance, type Policy } from '@sallyport/engine'
import type { z } from 'zod'
import { summarizeInstance } from '../actions/explain-instance.ts'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { findPolicyVersion } from '../configuration/find-policy-definition.ts'
import { policyContextOf } from '../configuration/load-tenant.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { Db } from '../storage/store.ts'
import { type listedEvent, toListedEvent } from './event-json.ts'

export interface DescribeEventsDeps {
  store: { db: Db }
  methods: readonly NamedMethod[]
}

/** Instances as lists show them, each with its sentence. */
export async function describeEvents(
  deps: DescribeEventsDeps,
  tenant: Tenant,
  instances: readonly Instance[],
): Promise<z.infer<typeof listedEvent>[]> {
  const described: z.infer<typeof listedEvent>[] = []
  for (const instance of instances) {
    const policy = await findPolicy(deps.store.db, tenant, instance)
    const signals = decodeSignals(instance)
    described.push(
      toListedEvent(instance, { signals, policy, sentence: summarizeInstance(deps.methods, tenant, instance, policy, signals) }),
    )
  }
  return described
}

const mostPolicies = 100
/** Earlier policies by action and version: a list has many events of few policies. Gone with the tenant as it was loaded. */
const compiled = new WeakMap<Tenant, Map<string, Policy | undefined>>()

/** The policy that decided, with the value lists of now: good enough for a line, which says so where they made a difference. */
async function findPolicy(db: Db, tenant: Tenant, instance: Instance): Promise<Policy | undefined> {
  const current = tenant.actions.get(instance.action)?.policy
  if (current?.definition.version === instance.policyVersion) return current
  const known = compiled.get(tenant) ?? new Map<string, Policy | undefined>()
  compiled.set(tenant, known)
  const name = `${instance.action} ${instance.policyVersion}`
  if (known.has(name)) return known.get(name)
  const definition = await findPolicyVersion(db, instance)
  const policy = definition && compilePolicy(definition, policyContextOf(tenant))
  if (known.size >= mostPolicies) known.clear()
  known.set(name, policy)
  return policy
}
