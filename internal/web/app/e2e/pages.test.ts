import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Language, launch, type Role, Visit } from './browser.ts'
import { type Program, start } from './program.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

// pagesOf are the pages that the navigation shows to each role, and some that it leads to.
const pagesOf: Record<Role, string[]> = {
  employee: ['/learning', '/positions', '/positions/POS-DA', '/catalog', '/catalog/points/K-SQL-JOIN', '/account'],
  manager: ['/learning', '/team', '/talent', '/positions', '/catalog', '/people/E016', '/account'],
  trainer: ['/learning', '/team', '/talent', '/insight', '/catalog', '/account'],
  hr: ['/team', '/talent', '/insight', '/people', '/people/E012', '/approvals', '/intake', '/account'],
  expert: ['/catalog', '/catalog/competencies/C-DATA-SQL', '/positions/POS-DA', '/insight', '/account'],
  auditor: ['/audit', '/approvals', '/positions', '/account'],
  admin: ['/administration', '/approvals', '/positions', '/account'],
}

const widths = [390, 768, 1280, 1920]

let browser: Browser
let program: Program

beforeAll(async () => {
  browser = await launch()
  program = await start(['--demo'])
})

afterAll(async () => {
  await browser?.close()
  await program?.stop()
})

type Violation = { id: string; impact: string | null; nodes: { target: string[] }[] }

async function seriousFindings(visit: Visit): Promise<string[]> {
  await visit.page.evaluate(axe)
  const violations = (await visit.page.evaluate(
    // biome-ignore lint/suspicious/noExplicitAny: axe is a global of the page
    () => (globalThis as any).axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then((r: any) => r.violations),
  )) as Violation[]
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map(
      (v) =>
        `${v.id}: ${v.nodes
          .map((n) => n.target.join(' '))
          .slice(0, 3)
          .join(', ')}`,
    )
}

describe.each(Object.keys(pagesOf) as Role[])('%s', (role) => {
  test.each<Language>(['zh-CN', 'en'])('sees every page in %s without a fault', async (language) => {
    const visit = await Visit.begin(browser, program.url, role, language)
    const findings: string[] = []
    for (const path of pagesOf[role]) {
      await visit.open(path)
      if ((await visit.page.locator('h1').count()) !== 1) findings.push(`${path} has not one heading`)
      if (visit.questions > 4) findings.push(`${path} asks ${visit.questions} times`) // the frame asks once who it is
      findings.push(...(await seriousFindings(visit)).map((finding) => `${path} ${finding}`))
      for (const width of widths) {
        await visit.page.setViewportSize({ width, height: 900 })
        const excess = await visit.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        if (excess > 0) findings.push(`${path} is ${excess} px wider than ${width} px`)
      }
      await visit.page.setViewportSize({ width: 1280, height: 900 })
    }
    expect([...findings, ...visit.faults]).toEqual([])
    await visit.end()
  })
})
