"""The State Council's list of themes (国务院主题分类): 22 classes and their second level."""

from django.db import migrations

THEMES = {
    "国务院组织机构": "国务院 办公厅 组成部门 直属特设机构 直属机构 办事机构 直属事业单位 部委管理的国家局 议事协调机构 其他",
    "综合政务": "政务公开 政务督查 应急管理 电子政务 文秘工作 保密工作 信访 参事文史 其他",
    "国民经济管理、国有资产监管": "宏观经济 经济体制改革 统计 物价 国有资产监管 重大建设项目 其他",
    "财政、金融、审计": "财政 税务 银行 货币(含外汇) 证券 保险 社会信用体系建设 审计 其他",
    "国土资源、能源": "土地 矿产 水资源 海洋 煤炭 石油与天然气 电力 其他",
    "农业、林业、水利": "农业畜牧业渔业 林业 水利 其他",
    "工业、交通": "机械制造与重工业 轻工纺织 化工 国防工业 航天航空 信息产业(含电信) 公路 水运 铁路 民航 邮政 其他",
    "商贸、海关、旅游": "对外经贸合作 国内贸易(含供销) 海关 检验检疫 旅游 其他",
    "市场监管、安全生产监管": "工商 质量监督 标准 食品药品监管 安全生产监管 其他",
    "城乡建设、环境保护": "城市规划 城乡建设(含住房) 环境监测保护与治理 节能与资源综合利用 气象水文测绘地震 其他",
    "科技、教育": "科技 教育 知识产权 其他",
    "文化、广电、新闻出版": "文化 文物 新闻出版 广播电影电视 其他",
    "卫生、体育": "卫生 医药管理 体育 其他",
    "人口与计划生育、妇女儿童工作": "",
    "劳动、人事、监察": "劳动就业 社会保障 人事工作 军转安置 监察 纠正行业不正之风 其他",
    "公安、安全、司法": "",
    "民政、扶贫、救灾": "减灾救灾 优抚安置 社会福利 行政区划与地名 社团管理 扶贫 其他",
    "民族、宗教": "",
    "对外事务": "",
    "港澳台侨工作": "",
    "国防": "",
    "其他": "",
}


def add_themes(apps, schema_editor):
    themes = apps.get_model("disclosure", "Theme").objects.using(schema_editor.connection.alias)
    for position, (name, children) in enumerate(THEMES.items(), start=1):
        top, _ = themes.get_or_create(parent=None, name=name, defaults={"position": position * 100})
        for place, child in enumerate(children.split(), start=1):
            themes.get_or_create(
                parent=top, name=child, defaults={"position": position * 100 + place}
            )


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0001_initial")]

    operations = [migrations.RunPython(add_themes, migrations.RunPython.noop)]
