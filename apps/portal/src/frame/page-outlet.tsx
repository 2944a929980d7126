import { type ComponentType, lazy, Suspense } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { pages } from '../pages.ts'
import { Empty } from '../parts/empty.tsx'
import { Page } from '../parts/page.tsx'
import { Skeleton } from '../parts/skeleton.tsx'
import { decodePart } from '../url/raw-location.ts'
import { Fence } from './fence.tsx'

/** Each page is loaded when it is first opened. */
const routes = pages.map(({ path, load, keepsState = false }) => ({
  path,
  keepsState,
  Loaded: lazy(load) as ComponentType<{ params: Record<string, string> }>,
}))
const home = pages.find(({ path }) => path === '/') ?? pages.find(({ rail }) => rail !== undefined)

export function PageOutlet() {
  const [path] = useLocation()
  return (
    <Fence place={path} what="This page could not be shown">
      <Suspense
        fallback={
          <div className="p-6">
            <Skeleton />
          </div>
        }
      >
        <Switch>
          {routes.map(({ path: pattern, keepsState, Loaded }) => (
            <Route key={pattern} path={pattern}>
              {(params) => <Loaded key={keepsState ? pattern : path} params={decoded(params)} />}
            </Route>
          ))}
          {home !== undefined && home.path !== '/' && (
            <Route path="/">
              <Redirect to={home.path} replace />
            </Route>
          )}
          <Route>
            <Page title="There is no such page">
              <Empty title="Nothing is at this address.">
                The link may be old, or a letter of it is missing. Everything that there is stands in the rail.
              </Empty>
            </Page>
          </Route>
        </Switch>
      </Suspense>
    </Fence>
  )
}

function decoded(params: object): Record<string, string> {
  const texts = Object.entries(params).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(texts.map(([name, part]) => [name, decodePart(part)]))
}
