import type { ComponentType } from 'react'
import type { Route } from './api/me.ts'
import type { IconName } from './parts/icon.tsx'

/** One page of the portal. */
export interface PageEntry {
  /** Below `/portal`, with `:name` for what differs; the page receives these as `params`. */
  path: string
  /** In the rail and the palette. */
  title: string
  load: () => Promise<{ default: ComponentType<{ params: Record<string, string> }> }>
  /** Its place in the rail. Absent: it is reached from another page. `key` is the second key after `g`. */
  rail?: { icon: IconName; key: string; group?: 'below' }
  /** Whoever may not call this route does not find the page in the rail or the palette. Absent: everybody does. */
  needs?: Route
  /** The top bar offers a time range. */
  usesTime?: true
  /** Other `params` are the same page to it, such as a list with one row open. Absent: they are another page, which starts fresh. */
  keepsState?: true
}

/** Every page, in the order of the rail. A new one is one line, under its heading. */
export const pages: readonly PageEntry[] = [
  // Overview
  {
    path: '/',
    title: 'Overview',
    load: () => import('./pages/overview/overview-page.tsx'),
    rail: { icon: 'overview', key: 'o' },
    usesTime: true,
  },
  // Get started
  {
    path: '/get-started',
    title: 'Get started',
    load: () => import('./pages/get-started/get-started-page.tsx'),
    rail: { icon: 'start', key: 'n' },
    keepsState: true,
  },
  // Events
  {
    path: '/events',
    title: 'Events',
    load: () => import('./pages/events/events-page.tsx'),
    rail: { icon: 'events', key: 'e' },
    usesTime: true,
  },
  { path: '/events/:userId/:action/:idempotencyKey', title: 'Receipt', load: () => import('./pages/events/receipt-page.tsx') },
  { path: '/reviews', title: 'Review queue', load: () => import('./pages/events/reviews-page.tsx') },
  // Actions
  {
    path: '/actions',
    title: 'Actions',
    load: () => import('./pages/actions/actions-page.tsx'),
    rail: { icon: 'actions', key: 'a' },
    usesTime: true,
  },
  { path: '/actions/:actionCode', title: 'Policy', load: () => import('./pages/policy/policy-page.tsx') },
  { path: '/actions/:actionCode/changes', title: 'Review changes', load: () => import('./pages/policy-changes/changes-page.tsx') },
  { path: '/actions/:actionCode/proposals/:proposalId', title: 'Proposal', load: () => import('./pages/policy-changes/proposal-page.tsx') },
  { path: '/actions/:actionCode/versions', title: 'Versions', load: () => import('./pages/policy-versions/versions-page.tsx') },
  {
    path: '/actions/:actionCode/rules/:ruleId',
    title: 'Rule',
    load: () => import('./pages/rule-editor/rule-editor-page.tsx'),
    keepsState: true,
  },
  // Users
  { path: '/users', title: 'Users', load: () => import('./pages/users/users-page.tsx'), rail: { icon: 'users', key: 'u' } },
  { path: '/users/:userId', title: 'User', load: () => import('./pages/users/user-page.tsx') },
  // Lists
  { path: '/lists', title: 'Lists', load: () => import('./pages/lists/lists-page.tsx'), rail: { icon: 'lists', key: 'l' } },
  { path: '/lists/:alias', title: 'List', load: () => import('./pages/lists/list-page.tsx') },
  // Features
  { path: '/features', title: 'Features', load: () => import('./pages/features/features-page.tsx'), rail: { icon: 'features', key: 'f' } },
  { path: '/features/:name', title: 'Feature', load: () => import('./pages/features/feature-page.tsx') },
  // Data points
  {
    path: '/data-points',
    title: 'Data points',
    load: () => import('./pages/data-points/data-points-page.tsx'),
    rail: { icon: 'data', key: 'd' },
    keepsState: true,
  },
  // IP
  { path: '/ip', title: 'IP', load: () => import('./pages/ip/ip-page.tsx'), rail: { icon: 'ip', key: 'i' } },
  { path: '/ip/:address', title: 'Address', load: () => import('./pages/ip/address-page.tsx') },
  // Audit
  {
    path: '/audit',
    title: 'Audit',
    load: () => import('./pages/audit/audit-page.tsx'),
    rail: { icon: 'audit', key: 't', group: 'below' },
    usesTime: true,
  },
  // Outbox
  {
    path: '/outbox',
    title: 'Outbox',
    load: () => import('./pages/outbox/outbox-page.tsx'),
    rail: { icon: 'outbox', key: 'm', group: 'below' },
    needs: 'GET /outbox',
    keepsState: true,
  },
  // Settings
  {
    path: '/settings',
    title: 'Settings',
    load: () => import('./pages/settings/settings-page.tsx'),
    rail: { icon: 'settings', key: 's', group: 'below' },
  },
  { path: '/settings/:tab', title: 'Settings', load: () => import('./pages/settings/settings-page.tsx'), keepsState: true },
]
