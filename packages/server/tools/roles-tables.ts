import { listRouteAccess, permissions } from '../src/app/route-access.ts'
import { type Role, roles } from '../src/callers/role.ts'

/** The tables of `docs/roles.md` that come from the code, by the name of their place. */
export function rolesTables(): Record<string, string> {
  return { rights: rightsTable(), routes: routesTable() }
}

function rightsTable(): string {
  const rows = Object.entries(permissions).map(([name, { roles: allowed, meaning }]) => {
    const marks = roles.map((role) => ((allowed as readonly Role[]).includes(role) ? 'yes' : '–'))
    return `| \`${name}\` | ${meaning} | ${marks.join(' | ')} |`
  })
  return [`| right | what it allows | ${roles.join(' | ')} |`, `|---|---|${roles.map(() => '---|').join('')}`, ...rows].join('\n')
}

function routesTable(): string {
  const rows = [...listRouteAccess([])]
    .filter(([route]) => !route.includes('/action_configurations'))
    .map(([route, { may, proof }]) => {
      const [method, path] = route.split(' ')
      const proofs = { true: 'yes', 'unless dryRun': 'yes, except with `dryRun`', undefined: '' }
      return `| ${method} | \`${path}\` | \`${may}\` | ${permissions[may].roles.join(', ')} | ${proofs[`${proof}`]} |`
    })
  return ['| method | path | right | roles | fresh proof |', '|---|---|---|---|---|', ...rows].join('\n')
}
