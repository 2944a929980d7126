import type { Command } from 'commander'
import { addIpLookup } from './ip-lookup.ts'
import { addIpUpdate } from './ip-update.ts'

/** `ip`: looks up addresses and updates lists, without a running server. */
export function addIp(program: Command): void {
  const ip = program.command('ip').description('look up IP addresses and update the IP data')
  addIpLookup(ip)
  addIpUpdate(ip)
}
