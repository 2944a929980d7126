import { ConfigError } from '../config.ts'
import { createManagementClient, createServerClient, type ManagementClient } from '../rules-as-code/management-client.ts'
import { remoteOf } from './command-file.ts'

/** The management API of the server named by a command's flags and the environment. Without a key it is wrong usage. */
export function clientOf(options: Readonly<Record<string, unknown>>): ManagementClient {
  const client = findClient(options)
  if (client !== undefined) return client
  throw new ConfigError(['set SALLYPORT_MANAGEMENT_KEY or pass --management-key'])
}

/** Like `clientOf`, but `undefined` without a key. */
export function findClient(options: Readonly<Record<string, unknown>>): ManagementClient | undefined {
  const { url, managementKey } = remoteOf(options)
  return managementKey === undefined ? undefined : createManagementClient({ url, managementKey })
}

/** The server API of the server named by a command's flags and the environment. Without a key it is wrong usage. */
export function serverClientOf(options: Readonly<Record<string, unknown>>): ManagementClient {
  const { url, secretKey } = remoteOf(options)
  if (secretKey === undefined) throw new ConfigError(['set SALLYPORT_SECRET_KEY or pass --secret-key'])
  return createServerClient({ url, secretKey })
}
