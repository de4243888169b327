import { defineMessages, plural } from '@/shared/format/messages.ts'

export const usePositionTexts = defineMessages(
  {
    title: 'Positions',
    count: (n: number) => plural(n, 'position'),
    lead: 'What each position requires, and who holds it. Open one to see its map.',
    search: 'Find a position by name, code, pinyin or initials',
    family: 'Family',
    grade: 'Grade',
    points: 'Required points',
    empty: 'No position has been entered yet',
    emptyHow: 'Import a folder of catalog files with zhitu import, or enter one by the API.',
    none: 'No position matches what you typed.',
  },
  {
    title: '岗位',
    count: (n: number) => `${n} 个岗位`,
    lead: '查看每个岗位的要求和在岗人员。打开岗位可查看先导关系图。',
    search: '按名称、编号、拼音或首字母查找岗位',
    family: '序列',
    grade: '职级',
    points: '要求的知识点',
    empty: '还没有录入岗位',
    emptyHow: '可用 zhitu import 导入知识目录文件，或通过 API 录入。',
    none: '没有符合条件的岗位。',
  },
)
