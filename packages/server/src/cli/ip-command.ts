import type { Command } from 'commander'
import { addIpLookup } from './ip-lookup.ts'
import { addIpSources } from './ip-sources.ts'
import { addIpUpdate } from './ip-update.ts'

/** `ip`: looks up addresses, updates lists and says how old they are, without a running server. */
export function addIp(program: Command): void {
  const ip = program.command('ip').description('look up IP addresses, update the IP data and list its sources')
  addIpLookup(ip)
  addIpUpdate(ip)
  addIpSources(ip)
}
