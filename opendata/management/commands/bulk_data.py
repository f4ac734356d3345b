"""`manage.py bulk_data`"""

from django.core.management.base import BaseCommand
from tqdm import tqdm

from opendata.bulk import folder, write_package


class Command(BaseCommand):
    """Write the nightly package of everything public."""

    help = "生成全部公开内容的数据包（JSON Lines、CSV、附件清单、撤回记录、变更），供公众一次下载；应每夜运行。"

    def handle(self, **options):
        with tqdm(desc="数据包", unit="条", disable=None) as bar:

            def show(done, total):
                bar.total = total
                bar.update(done - bar.n)

            manifest = write_package(progress=show)
        size = sum(file["size"] for file in manifest["files"])
        self.stdout.write(
            f"已生成数据包：{manifest['items']} 条，{size / 1e6:.1f} MB，在 {folder()}。"
        )
