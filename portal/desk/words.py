"""Words of Django's own scripts at the desk that its Chinese translation (5.2) leaves in English or
spaces out.
"""

from django.views.i18n import JavaScriptCatalog

WORDS = {
    "Available %s": "可选的%s",
    "Chosen %s": "已选的%s",
    'Choose %s by selecting them and then select the "Choose" arrow button.': "选中后按箭头加入；按住 Ctrl 可以多选。",
    'Remove %s by selecting them and then select the "Remove" arrow button.': "选中后按箭头移出。",
    "Type into this box to filter down the list of available %s.": "输入几个字，缩小可选的%s的范围",
    "Type into this box to filter down the list of selected %s.": "输入几个字，缩小已选的%s的范围",
    "Choose all %s": "全部加入",
    "Choose selected %s": "加入选中的%s",
    "Remove selected %s": "移出选中的%s",
    "Remove all %s": "全部移出",
    "(click to clear)": "（点击清除）",
    "Filter": "筛选",
}


class DeskWords(JavaScriptCatalog):
    """Django's catalogue for the admin's scripts, with these words in it."""

    packages = ("django.contrib.admin",)

    def get_catalog(self):
        """Django's words, then ours."""
        return {**super().get_catalog(), **WORDS}
