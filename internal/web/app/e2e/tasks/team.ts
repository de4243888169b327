// What managers, trainers and others do with the heat map of a team.
import type { Locator } from 'playwright-core'
import { expect } from 'vitest'
import type { Visit } from '../browser.ts'
import { taskOf, type Where } from './task.ts'

export function managerTasks(place: Where): void {
  const task = taskOf(place, 'manager')

  task('where is my team thin', 0, async ({ page }) => {
    await page.getByRole('heading', { name: /^\d+ 人胜任，\d+ 人关键项已达标$/ }).waitFor()
    expect(
      await page
        .getByText(/^最薄弱：/)
        .getByRole('link')
        .count(),
    ).toBeGreaterThan(0)
    const people = await page.getByRole('grid').getByRole('rowheader').allTextContents()
    for (const name of ['陈晓雨', '唐嘉豪', '邓立伟', '冯秀兰', '彭宇轩']) expect(people.join()).toContain(name)
    return undefined
  })

  task('what is this person missing for that position', 3, async (visit) => {
    const { page } = visit
    await visit.choose(page.getByRole('combobox', { name: '对照岗位' }), '数据分析师')
    await page.waitForURL(/position=POS-DA/)
    await visit.settle()
    await visit.click(page.getByRole('grid').getByRole('link', { name: '邓立伟' }))
    await page.waitForURL(/\/people\/E018\?.*position=POS-DA/)
    await page.getByRole('img', { name: /\d+ \/ 75 项达标/ }).waitFor()
    await page.getByRole('main').getByText('邓立伟').first().waitFor()
    return () => page.getByRole('img', { name: /\d+ \/ 75 项达标/ }).waitFor()
  })

  task('which points are behind this cell', 1, async (visit) => {
    const drawer = await openCell(visit, '邓立伟', '质量管理')
    await drawer.getByRole('listitem').first().waitFor()
    const points = await drawer.locator('.team-points > li').allTextContents()
    expect(points.filter((text) => /▲|\?|↻/.test(text))).toHaveLength(2) // as the cell says
    return async () => expect(await drawer.locator('.team-points > li').allTextContents()).toEqual(points)
  })

  task('who should be trained first', 0, async ({ page }) => {
    const session = section(page.locator('main'), '优先培训谁').getByRole('listitem').first()
    expect(await session.textContent()).toMatch(/\d+ 人 · \d+ 分钟/)
    expect(await session.getByRole('link').count()).toBeGreaterThan(2) // the point and those who learn it
    return undefined
  })

  task('what is due this month', 0, async ({ page }) => {
    const due = section(page.locator('main'), '本月到期')
    expect(await due.getByRole('row').count()).toBeGreaterThan(1)
    return undefined
  })

  task('rate a person on a point', 4, async (visit) => {
    const drawer = await openCell(visit, '唐嘉豪', '沟通与协作')
    const point = await record(visit, drawer, '熟练 85%')
    await recorded(visit, point)
    return () => pieceOf(drawer, point, '上级评价 85%').waitFor()
  })

  task('take a rating back', 1, async (visit) => {
    const drawer = await openCell(visit, '彭宇轩', '数据安全')
    const point = await record(visit, drawer, '了解 30%')
    await recorded(visit, point)
    visit.acts = 0
    await visit.click(visit.page.getByRole('button', { name: '撤回' }))
    await visit.page.getByText('已撤回，填写的内容仍然保留。').waitFor()
    return () => pieceOf(drawer, point, '已撤回').waitFor()
  })

  task('who could take my position one day', 1, async (visit) => {
    await visit.click(visit.entry('人才'))
    await visit.page.getByRole('heading', { name: /^业务专家（流程负责人）：\d+ 人就绪，\d+ 人接近$/ }).waitFor()
    await visit.page.getByRole('table', { name: '谁能胜任某岗位' }).getByRole('link', { name: '邓立伟' }).waitFor()
    return undefined
  })
}

export function trainerTasks(place: Where): void {
  const task = taskOf(place, 'trainer')

  task('record the result of an exam', 4, async (visit) => {
    const drawer = await openCell(visit, '袁浩然', '质量管理')
    const point = await record(visit, drawer, '掌握 70%')
    await recorded(visit, point)
    return () => pieceOf(drawer, point, '考试 70%').waitFor()
  })

  task('who could be trained together', 0, async ({ page }) => {
    const session = section(page.locator('main'), '优先培训谁').getByRole('listitem').first()
    expect(await session.textContent()).toMatch(/\d+ 人/)
    expect(await session.getByRole('link').count()).toBeGreaterThan(2)
    return undefined
  })

  task('where do people fail', 1, async (visit) => {
    await visit.click(visit.entry('洞察'))
    const rows = visit.page.getByRole('table', { name: '易错知识点' }).getByRole('row')
    await rows.nth(1).waitFor()
    expect(await rows.nth(1).textContent()).toMatch(/\d+%/)
    return undefined
  })
}

// section returns the part of a page that has this heading.
export function section(within: Locator, heading: string): Locator {
  return within.locator('section').filter({ has: within.page().getByRole('heading', { name: heading }) })
}

export async function cellOf(visit: Visit, person: string, column: string): Promise<Locator> {
  const grid = visit.page.getByRole('grid')
  const heads = await grid.getByRole('columnheader').allTextContents()
  const index = heads.findIndex((head) => head.startsWith(column))
  return grid.getByRole('row').filter({ hasText: person }).locator(`[data-column="${index}"]`)
}

async function openCell(visit: Visit, person: string, column: string): Promise<Locator> {
  await visit.click(await cellOf(visit, person, column))
  return visit.page.getByRole('dialog', { name: `${person} · ${column}` })
}

// record says how well the first point is mastered, and returns its name.
export async function record(visit: Visit, drawer: Locator, level: string): Promise<string> {
  const point = (await drawer.locator('.team-points > li').first().getByRole('link').textContent()) ?? ''
  await visit.click(drawer.getByRole('button', { name: `记录“${point}”的结果` }))
  const dialogue = visit.page.getByRole('dialog', { name: /^为.*记录结果$/ })
  await visit.click(dialogue.getByText(level, { exact: true }))
  await visit.click(dialogue.getByRole('button', { name: '保存' }))
  return point
}

// recorded waits until it is said what the result did.
export async function recorded(visit: Visit, point: string): Promise<void> {
  const said = visit.page.getByRole('status').filter({ hasText: '✓ 已记录' })
  await said.waitFor()
  expect(await said.textContent()).toMatch(new RegExp(`${point}：.+ → \\d`))
}

function pieceOf(drawer: Locator, point: string, piece: string): Locator {
  return drawer.locator('.team-points > li').filter({ hasText: point }).getByRole('listitem').filter({ hasText: piece }).first()
}
