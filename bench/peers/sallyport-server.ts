import { mkdtempSync, rmSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { loadConfig, startServer } from '@sallyport/server'
import { announce } from './announce.ts'

// The server with a store of its own, or with the one in the folder that the first argument names.

const given = process.argv[2]
const dataDir = given ?? mkdtempSync(path.join(tmpdir(), 'sallyport-bench-'))
const server = await startServer(
  loadConfig(
    { port: '0', 'data-dir': dataDir, 'log-level': 'warn' },
    {
      SALLYPORT_BOOTSTRAP_TENANT_ID: 'bench',
      SALLYPORT_BOOTSTRAP_SECRET_KEY: process.env.BENCH_SECRET_KEY,
      SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY: process.env.BENCH_MANAGEMENT_KEY,
      SALLYPORT_BOOTSTRAP_RP_ID: 'localhost',
      SALLYPORT_BOOTSTRAP_ORIGINS: 'http://localhost:3000',
    },
  ),
)
const profiler = new Session()

announce(
  Number(new URL(server.url).port),
  async () => {
    await server.close()
    if (given === undefined) rmSync(dataDir, { recursive: true, force: true })
  },
  {
    async startProfile() {
      profiler.connect()
      await profiler.post('Profiler.enable')
      await profiler.post('Profiler.setSamplingInterval', { interval: 200 })
      await profiler.post('Profiler.start')
      return {}
    },
    async stopProfile() {
      const { profile } = await profiler.post('Profiler.stop')
      profiler.disconnect()
      return { profile }
    },
  },
)
