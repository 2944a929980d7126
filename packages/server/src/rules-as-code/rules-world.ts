import type { ExplainOptions, PolicyContext, VerificationMethod } from '@sallyport/engine'
import { defaultSettings } from '../configuration/load-tenant.ts'
import type { CheckedTenant } from '../rules/check-rule.ts'
import type { TestTenant } from '../rules/run-policy-test.ts'
import type { RemoteRules } from './load-remote-rules.ts'
import type { RulesFiles } from './read-rules-files.ts'

/** Everything around the rules of some files: they are checked against `tenant`, evaluated in `context` and explained with `words`. */
export interface RulesWorld {
  tenant: CheckedTenant & TestTenant
  context: PolicyContext
  words: ExplainOptions
}

/** The world of the rules in some files; definitions in the files come before those of the server. Without a server every verification method counts as enabled. */
export function worldOf(files: RulesFiles, remote?: RemoteRules): RulesWorld {
  const lists = new Map([...(remote?.lists ?? []), ...files.lists])
  const dataPoints = new Map([...(remote?.dataPoints ?? []), ...files.dataPoints])
  const features = [...new Map([...(remote?.features ?? []), ...files.features]).values()]
  const methods = remote?.methods ?? methodsOf(files)
  const active = [...lists].filter(([, { isActive }]) => isActive)
  const context: PolicyContext = {
    lists: new Map(active.map(([alias, { items }]) => [alias, new Set(items)])),
    enabledMethods: methods,
    configVersion: 0,
    features,
  }
  const tenant = {
    tenantId: 'rules',
    settings: defaultSettings,
    lists: context.lists,
    dataPoints: new Map([...dataPoints].map(([name, dataPoint]) => [name, { ...dataPoint, dataPointId: name }])),
    authenticatorConfigurations: methods.map((method) => ({
      authenticatorId: method,
      // Files may name what no release knows: the check of rules says so.
      verificationMethod: method as VerificationMethod,
      isActive: true,
      settings: {},
    })),
  }
  return { tenant, context, words: { dataPoints, features, lists: new Map([...lists].map(([alias, { name }]) => [alias, name])) } }
}

function methodsOf({ actions }: RulesFiles): string[] {
  const named = actions.flatMap(({ policy, settings }) => [
    policy.verificationMethods ?? [],
    settings?.defaultVerificationMethod ?? [],
    ...policy.rules.map((rule) => [
      ...(rule.verificationMethods ?? []),
      ...(rule.defaultVerificationMethod ? [rule.defaultVerificationMethod] : []),
    ]),
  ])
  return [...new Set(named.flat())]
}
