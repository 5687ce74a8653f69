# Footnote and, from the same pinned package, the Chroma server: `compose.yaml` runs both from this image.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PATH=/footnote/.venv/bin:$PATH FOOTNOTE_DATA_DIR=/data
WORKDIR /footnote
COPY requirements.txt .
RUN python -m venv .venv \
 && pip install --no-cache-dir torch==2.13.0 -r requirements.txt \
 && useradd --create-home footnote && mkdir /data && chown footnote /data
COPY app app
COPY index index
COPY prompts prompts
COPY seeds seeds
USER footnote
VOLUME /data
EXPOSE 7860
CMD ["python", "-m", "app", "serve", "--host", "0.0.0.0"]
