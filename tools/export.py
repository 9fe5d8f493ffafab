"""Export a trained model to one file that runs without mmpartial.

    python tools/export.py work_dirs/my/model.pth --out model.onnx
    python tools/export.py work_dirs/my/model.pth --out model.pt2

The first command writes the model for ONNX Runtime, the second for torch.export. The file takes
images of all sizes, and gives the probability of each class, and yes or no. The checkpoint alone is
enough; a config (--config) takes the place of its own.
"""

from mmpartial.apis import export_model
from mmpartial.launch import ToolParser, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_checkpoint()
    parser.add_argument("--out", required=True, help="file to write, .onnx or .pt2")
    parser.add_argument(
        "--no-resize", nargs=2, type=int, metavar=("HEIGHT", "WIDTH"),
        help="resize nothing: the file takes images of this size, prepared as for the test",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="overwrite OUT")
    args = parser.parse_args()
    size = None if args.no_resize is None else tuple(args.no_resize)
    export_model(args.checkpoint, args.out, args.config, size, args.force)
    print(f"wrote {args.out}, which gives the same results as the model")


if __name__ == "__main__":
    run_tool(main)
