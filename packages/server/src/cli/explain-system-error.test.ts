import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainSystemError } from './explain-system-error.ts'

const cases: [string, object, RegExp][] = [
  ['a full disk', { code: 'ENOSPC', syscall: 'write' }, /disk is full: make room/],
  ['a full disk, as SQLite says it', { code: 'ERR_SQLITE_ERROR', errcode: 13 }, /disk is full: make room/],
  ['a read-only disk', { code: 'EROFS', path: '/data' }, /`\/data` is on a disk that is mounted read-only: .*--data-dir/],
  [
    'a file of somebody else',
    { code: 'EACCES', syscall: 'open', path: '/data/x' },
    /`\/data\/x` cannot be opened .*: give this user access/,
  ],
  ['a port below 1024', { code: 'EACCES', syscall: 'listen', port: 80 }, /port 80 needs more rights .*--port/],
  ['a port in use', { code: 'EADDRINUSE', syscall: 'listen', address: '::', port: 4000 }, /port 4000 on :: is in use: .*--port/],
  [
    'a database that does not exist',
    { code: '3D000', message: 'database "x" does not exist' },
    /"x" does not exist: create it \(createdb\)/,
  ],
  ['a wrong password', { code: '28P01', message: 'password authentication failed' }, /correct the password in SALLYPORT_DATABASE_URL/],
  ['a replica', { code: '25006', message: 'cannot execute INSERT in a read-only transaction' }, /must name the primary/],
]
for (const [name, error, sentence] of cases) {
  test(`D2: ${name} is explained, however deep the error is`, () => {
    const thrown = Object.assign(new Error('raw'), error)
    for (const outer of [thrown, new Error('outer', { cause: thrown }), new Error('outer', { cause: new AggregateError([thrown]) })]) {
      const text = explainSystemError(outer)
      assert.match(text ?? '', sentence)
      assert.doesNotMatch(text ?? '', /\n|undefined/)
    }
  })
}

test('D2: an error that is not the system’s is not explained away', () => {
  assert.equal(explainSystemError(new TypeError('a bug')), undefined)
  assert.equal(explainSystemError(Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' })), undefined)
})
