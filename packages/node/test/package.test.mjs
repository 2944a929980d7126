import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { buildSdks } from '../../../scripts/lib/build.mjs'
import { createPackedProject } from '../../../scripts/lib/packed-project.mjs'

const folder = path.resolve(import.meta.dirname, '..')
const nodeTypes = path.dirname(createRequire(import.meta.url).resolve('@types/node/package.json'))
let project

before(() => {
  buildSdks()
  project = createPackedProject(folder)
})

after(() => project.remove())

test('the packed package brings nothing but itself', () => {
  assert.deepEqual(project.list('node_modules'), ['.package-lock.json', '@sallyport'])
  assert.deepEqual(project.list('node_modules/@sallyport/node'), ['LICENSE', 'README.md', 'dist', 'package.json'])
})

test('it is imported and required', () => {
  const use = `console.log(new Sallyport({ apiSecretKey: 'k', apiUrl: 'u' }).track.name, SallyportError.name, clientIp({ headers: {}, socket: { remoteAddress: '::1' } }))`
  const esm = project.write('use.mjs', `import { clientIp, Sallyport, SallyportError } from '@sallyport/node'\n${use}`)
  const cjs = project.write('use.cjs', `const { clientIp, Sallyport, SallyportError } = require('@sallyport/node')\n${use}`)
  for (const file of [esm, cjs]) assert.equal(project.node(file).trim(), 'track SallyportError ::1')
})

test('its types resolve for both, with the types of Node or those of the browser', () => {
  const use = `
    const sallyport = new Sallyport<{ pay: { amount: number } }>({ apiSecretKey: 'k', apiUrl: 'u' })
    export const state: Promise<'ALLOW' | string> = sallyport.track({ userId: 'u', action: 'pay', attributes: { custom: { amount: 1 } } }).then((reply) => reply.state)
    // @ts-expect-error the type is really there
    sallyport.track({ userId: 'u', action: 'pay', attributes: { custom: { amount: '1' } } })
    export const address: string | undefined = clientIp(new Request('http://localhost/'), { trustedProxies: ['loopback'] })`
  const esm = project.write('use.mts', `import { clientIp, Sallyport } from '@sallyport/node'\n${use}`)
  const cjs = project.write('use.cts', `import { clientIp, Sallyport } from '@sallyport/node'\n${use}`)
  const strict = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022']
  project.tsc(...strict, '--lib', 'es2022,dom', '--types', '', esm, cjs)
  project.tsc(...strict, '--lib', 'es2024', '--skipLibCheck', '--typeRoots', path.dirname(nodeTypes), '--types', 'node', esm, cjs)
})

test('Node request objects are accepted as they are', () => {
  const file = project.write(
    'server.mts',
    `import { createServer } from 'node:http'
     import { clientIp } from '@sallyport/node'
     export default createServer((request, response) => response.end(clientIp(request, { trustedProxies: ['10.0.0.0/8'] })))`,
  )
  project.tsc(
    ...['--noEmit', '--strict', '--module', 'nodenext', '--skipLibCheck', '--lib', 'es2024'],
    ...['--typeRoots', path.dirname(nodeTypes), '--types', 'node', file],
  )
})
