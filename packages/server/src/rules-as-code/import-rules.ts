import { isDeepStrictEqual } from 'node:util'
import type { RemoteRules } from './load-remote-rules.ts'
import type { ManagementClient } from './management-client.ts'
import type { RulesFiles } from './read-rules-files.ts'
import type { FileAction, FileDataPoint, FileFeature, FileList } from './rules-file.ts'

/** Declares and changes what rules refer to: data points first, because features and rules read them. Removes nothing. */
export async function importShared(client: ManagementClient, files: RulesFiles, remote: RemoteRules): Promise<void> {
  for (const dataPoint of files.dataPoints.values()) await importDataPoint(client, dataPoint, remote)
  for (const [alias, list] of files.lists) await importList(client, alias, list, remote.lists.get(alias))
  for (const feature of files.features.values()) await importFeature(client, feature, remote.features.get(feature.name))
}

async function importDataPoint(client: ManagementClient, dataPoint: FileDataPoint, remote: RemoteRules): Promise<void> {
  const { name, description = null, isPublic } = dataPoint
  const was = remote.dataPoints.get(name)
  if (was === undefined) {
    await client.send('POST', '/custom-data-points', dataPoint)
  } else if ((was.description ?? null) !== description || was.isPublic !== isPublic) {
    await client.send('PATCH', `/custom-data-points/${remote.dataPointIds.get(name)}`, { description, isPublic })
  }
}

async function importList(client: ManagementClient, alias: string, list: FileList, was: FileList | undefined): Promise<void> {
  const { name, itemType, isActive, items: valueListItems } = list
  const path = `/value-lists/${encodeURIComponent(alias)}`
  if (was === undefined) {
    // The server makes the alias of the first name.
    const { alias: made } = await client.send<{ alias: string }>('POST', '/value-lists', {
      name: list.alias ?? name,
      itemType,
      valueListItems,
      isActive,
    })
    if (list.alias !== undefined && list.alias !== name) await client.send('PATCH', `/value-lists/${encodeURIComponent(made)}`, { name })
    return
  }
  const isSame = was.name === name && was.isActive === isActive && isSameSet(was.items, valueListItems)
  if (!isSame) await client.send('PATCH', path, { name, isActive, valueListItems })
}

/** A feature that counts something else begins anew, so one that is the same is not sent. */
async function importFeature(client: ManagementClient, feature: FileFeature, was: FileFeature | undefined): Promise<void> {
  if (was === undefined) {
    await client.send('POST', '/velocity-features', feature)
  } else if (!isDeepStrictEqual(was, feature)) {
    const { name, ...wanted } = feature
    const cleared = Object.fromEntries(Object.keys(was).map((field) => [field, null]))
    await client.send('PATCH', `/velocity-features/${name}`, { ...cleared, name: undefined, ...wanted })
  }
}

function isSameSet(a: readonly unknown[], b: readonly unknown[]): boolean {
  const [one, two] = [new Set(a), new Set(b)]
  return one.size === two.size && [...one].every((item) => two.has(item))
}

/** Saves an action's policy with its tests and settings, over the version that was seen. Answers with the version in force. */
export async function importAction(
  client: ManagementClient,
  { actionCode, policy, settings, tests }: FileAction,
  remote: RemoteRules,
  options: { message?: string; ignoreFailingTests?: boolean },
): Promise<number> {
  const query = options.ignoreFailingTests === true ? '?ignoreFailingTests=true' : ''
  const { policyVersion } = await client.send<{ policyVersion: number }>('PUT', `/action-configurations/${actionCode}/policy${query}`, {
    ...policy,
    settings,
    tests,
    message: options.message,
    expectedPolicyVersion: remote.versions.get(actionCode) ?? 0,
  })
  return policyVersion
}
