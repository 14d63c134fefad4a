FROM python:3.12-slim
WORKDIR /srv/aiguillage
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE CHANGELOG.md ./
COPY dcat dcat
COPY harvester harvester
COPY search search
COPY api api
RUN pip install --no-cache-dir --no-deps --no-build-isolation . \
 && useradd --system --create-home aiguillage && mkdir /data && chown aiguillage /data
USER aiguillage
ENV AIGUILLAGE_DATA_DIR=/data
VOLUME /data
EXPOSE 8000
CMD ["aiguillage", "serve", "--host", "0.0.0.0"]
