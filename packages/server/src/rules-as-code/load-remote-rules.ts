import type { ManagementClient } from './management-client.ts'
import type { RulesFiles } from './read-rules-files.ts'
import type { FileAction, FileDataPoint, FileFeature } from './rules-file.ts'

/** The rules of a server in the shape of files, with its versions and methods, which files do not have. */
export interface RemoteRules extends RulesFiles {
  /** Version of each action's policy, by code. */
  versions: Map<string, number>
  /** Version of each list, by alias. */
  listVersions: Map<string, number>
  /** Verification methods that are enabled. */
  methods: string[]
}

/** A velocity feature with its progress. */
type RemoteFeature = FileFeature & Record<'createdAt' | 'isComplete' | 'completeFrom' | 'backfill', unknown>

interface RemoteList {
  name: string
  alias: string
  itemType: 'string' | 'number'
  valueListItems: (string | number)[]
  isActive: boolean
  version: number
}

/** Reads the rules of a server: of the named actions only, when any are named. */
export async function loadRemoteRules(client: ManagementClient, only?: readonly string[]): Promise<RemoteRules> {
  const [dataPoints, lists, features, authenticators, configured] = await Promise.all([
    client.get<FileDataPoint[]>('/custom-data-points'),
    client.get<RemoteList[]>('/value-lists'),
    client.get<RemoteFeature[]>('/velocity-features'),
    client.get<{ verificationMethod: string; isActive: boolean }[]>('/authenticator-configurations'),
    client.get<{ actionCode: string }[]>('/action-configurations'),
  ])
  const codes = configured.map(({ actionCode }) => actionCode).filter((code) => only === undefined || only.includes(code))
  const actions = await Promise.all(
    codes.map((code) => client.get<FileAction & { policyVersion: number }>(`/action-configurations/${code}/policy`)),
  )
  return {
    actions: actions.map(({ actionCode, policy, settings, tests }) => ({ actionCode, policy, settings, tests })),
    versions: new Map(actions.map(({ actionCode, policyVersion }) => [actionCode, policyVersion])),
    dataPoints: new Map(
      dataPoints.map(({ name, dataType, modelType, description, isPublic, minimum, maximum }) => [
        name,
        {
          name,
          dataType,
          modelType,
          ...(minimum === undefined ? {} : { minimum }),
          ...(maximum === undefined ? {} : { maximum }),
          ...(description === undefined ? {} : { description }),
          isPublic,
        },
      ]),
    ),
    listVersions: new Map(lists.map(({ alias, version }) => [alias, version])),
    lists: new Map(
      lists.map(({ name, alias, itemType, valueListItems: items, isActive }) => [alias, { name, alias, itemType, isActive, items }]),
    ),
    features: new Map(
      features.map(({ createdAt: _, isComplete: _1, completeFrom: _2, backfill: _3, ...feature }) => [feature.name, feature]),
    ),
    methods: authenticators.filter(({ isActive }) => isActive).map(({ verificationMethod }) => verificationMethod),
  }
}
