interface Explained {
  code?: unknown
  errcode?: unknown
  path?: unknown
  port?: unknown
  address?: unknown
  hostname?: unknown
  syscall?: unknown
  database?: unknown
  message?: unknown
  cause?: unknown
  errors?: unknown
}

/**
 * One sentence for an error of the operating system, of SQLite or of PostgreSQL: what is wrong and what to do. Looks through the causes of `error`.
 * `undefined`: nothing there is known.
 */
export function explainSystemError(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; typeof at === 'object' && at !== null && depth < 8; depth += 1) {
    const found = explainOne(at)
    if (found !== undefined) return found
    const { cause, errors } = at as Explained
    at = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return undefined
}

function explainOne(error: Explained): string | undefined {
  const code = typeof error.code === 'string' ? error.code : ''
  if (code === 'ERR_SQLITE_ERROR') return Number.isInteger(error.errcode) ? sqliteSentences[Number(error.errcode) & 0xff] : undefined
  if (Object.hasOwn(sentences, code)) return sentences[code]?.(error)
  return Object.hasOwn(postgresSentences, code) && !('syscall' in error) ? postgresSentences[code]?.(error) : undefined
}

const fileOf = ({ path }: Explained) => (typeof path === 'string' ? `\`${path}\`` : 'a file or directory')
const placeOf = ({ address, hostname, port }: Explained) => {
  const host = [hostname, address].find((name) => typeof name === 'string')
  if (host === undefined) return typeof port === 'number' ? `port ${port}` : 'the other end'
  return typeof port === 'number' ? `${host}:${port}` : `${host}`
}
const isListening = ({ syscall }: Explained) => syscall === 'listen' || syscall === 'bind'

const sentences: Readonly<Record<string, (error: Explained) => string>> = {
  ERR_DATA_DIRECTORY: ({ message }) =>
    `${message}: give this user the right to write there, and check that its disk is not mounted read-only`,
  // The store names the file and the remedy itself.
  ERR_DATABASE_FILE: ({ message }) => String(message),
  EADDRINUSE: ({ port, address }) =>
    typeof port === 'number'
      ? `port ${port} on ${address ?? 'this machine'} is in use: stop what uses it, or choose another with --port`
      : `${address ?? 'an address'} is in use: stop the process that uses it`,
  EADDRNOTAVAIL: (error) => `${placeOf(error)} is not an address of this machine: choose another with --host`,
  EACCES: (error) =>
    isListening(error)
      ? `port ${error.port} needs more rights than this user has: choose a port above 1023 with --port`
      : `${fileOf(error)} cannot be opened with the rights of this user: give this user access to it`,
  EPERM: (error) => `${fileOf(error)} may not be changed by this user: give this user the right to change it`,
  ENOENT: (error) => `${fileOf(error)} does not exist: check the path`,
  ENOTDIR: (error) => `a part of the path ${fileOf(error)} is not a directory: check the path`,
  EISDIR: (error) =>
    typeof error.path === 'string' ? `${fileOf(error)} is a directory: name a file` : 'the path is a directory: name a file',
  EEXIST: (error) => `${fileOf(error)} already exists: move it away, or choose another path`,
  ENAMETOOLONG: (error) => `the path ${fileOf(error)} is too long: choose a shorter one`,
  ELOOP: (error) => `${fileOf(error)} is a link that leads back to itself: correct the link`,
  ENOSPC: () => 'the disk is full: make room on it',
  EDQUOT: () => 'the disk quota of this user is used up: make room, or raise the quota',
  EROFS: (error) => `${fileOf(error)} is on a disk that is mounted read-only: choose another directory with --data-dir`,
  EFBIG: (error) => `${fileOf(error)} would become larger than this system allows: raise the limit (ulimit -f)`,
  EMFILE: () => 'this process has too many files open: raise the limit (ulimit -n)',
  ENFILE: () => 'this machine has too many files open: raise its limit',
  ENOMEM: () => 'the memory of this machine is used up: free some, or give the process more',
  EBUSY: (error) => `${fileOf(error)} is in use by another process: stop that process`,
  EIO: () => 'the disk reports an error: check the disk',
  ECONNREFUSED: (error) => `nothing answers at ${placeOf(error)}: start the server there, or correct the address`,
  ECONNRESET: (error) => `the connection to ${placeOf(error)} was cut off: run the command again`,
  EPIPE: () => 'the other end closed the connection: run the command again',
  ETIMEDOUT: (error) => `${placeOf(error)} does not answer: check the address and the network`,
  EHOSTUNREACH: (error) => `${placeOf(error)} cannot be reached: check the address and the network`,
  ENETUNREACH: (error) => `there is no network route to ${placeOf(error)}: check the network`,
  ENOTFOUND: (error) => `the name ${error.hostname ?? 'of the host'} is not known: check its spelling and the network`,
  EAI_AGAIN: (error) => `the name ${error.hostname ?? 'of the host'} cannot be looked up now: check the network`,
  DEPTH_ZERO_SELF_SIGNED_CERT: () => untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: () => untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: () => untrusted,
  CERT_HAS_EXPIRED: () => 'the certificate of the other end has expired: renew it',
}

const untrusted = 'the certificate of the other end is not trusted: add its authority with NODE_EXTRA_CA_CERTS'

// Primary result codes of SQLite.
const sqliteSentences: Readonly<Record<number, string>> = {
  5: 'another process holds the database: stop it, and run the command again',
  8: 'the database cannot be written: check the rights of its files, and whether its disk is mounted read-only',
  10: 'the disk reports an error: check the disk',
  11: 'the database is damaged: restore a backup',
  13: 'the disk is full: make room on it',
  14: 'the database cannot be opened: check the path and the rights of its files',
  26: 'the file is not a database of Sallyport: check the path',
}

const messageOf = ({ message }: Explained) =>
  typeof message === 'string' ? `PostgreSQL says: ${message.split('\n')[0]}` : 'PostgreSQL refuses'

// SQLSTATE.
const postgresSentences: Readonly<Record<string, (error: Explained) => string>> = {
  '3D000': (error) => `${messageOf(error)}: create it (createdb), or correct the name in SALLYPORT_DATABASE_URL`,
  '28P01': (error) => `${messageOf(error)}: correct the password in SALLYPORT_DATABASE_URL`,
  '28000': (error) => `${messageOf(error)}: correct the user in SALLYPORT_DATABASE_URL, or allow it in pg_hba.conf`,
  '42501': (error) => `${messageOf(error)}: grant the user of SALLYPORT_DATABASE_URL the rights to the schema`,
  '53100': (error) => `${messageOf(error)}: make room on the disk of the database`,
  '53200': (error) => `${messageOf(error)}: give the database more memory`,
  '53300': (error) => `${messageOf(error)}: raise max_connections, or stop clients of the database`,
  '57P03': (error) => `${messageOf(error)}: wait until the database has started, and run the command again`,
  '57P01': (error) => `${messageOf(error)}: wait until the database has started again, and run the command again`,
  '25006': (error) => `${messageOf(error)}: SALLYPORT_DATABASE_URL must name the primary, not a replica`,
  '55P03': (error) => `${messageOf(error)}: another process holds a lock; run the command again`,
}
